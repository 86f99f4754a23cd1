using System;
using System.Text;
using Ascii = SmtpEmbedded.Relay.Ascii;

namespace SmtpEmbedded.Device;

/// <summary>Reads the fields of a posted form (application/x-www-form-urlencoded).</summary>
internal sealed class FormReader
{
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly int _end;

    public FormReader(byte[] bytes, int start, int end)
    {
        _bytes = bytes;
        _start = start;
        _end = end;
    }

    /// <summary>A field's text without the blanks around it; empty when it is not there. Control characters are left out, so that no value can be more than one line.</summary>
    public string Read(string name)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        int at = _start;
        while (at < _end)
        {
            int stop = at;
            while (stop < _end && _bytes[stop] != (byte)'&')
            {
                stop++;
            }

            int value = at + wanted.Length + 1;
            if (value <= stop && _bytes[value - 1] == (byte)'=' && Ascii.AreEqual(_bytes, at, wanted, 0, wanted.Length))
            {
                return Decode(value, stop);
            }

            at = stop + 1;
        }

        return "";
    }

    private string Decode(int start, int end)
    {
        byte[] text = new byte[end - start];
        int count = 0;
        for (int i = start; i < end; i++)
        {
            byte value = _bytes[i];
            if (value == (byte)'+')
            {
                value = Ascii.Space;
            }
            else if (value == (byte)'%' && i + 2 < end && Ascii.HexDigit(_bytes[i + 1]) >= 0 && Ascii.HexDigit(_bytes[i + 2]) >= 0)
            {
                value = (byte)((Ascii.HexDigit(_bytes[i + 1]) << 4) | Ascii.HexDigit(_bytes[i + 2]));
                i += 2;
            }

            if (!Ascii.IsControl(value))
            {
                text[count++] = value;
            }
        }

        return Encoding.UTF8.GetString(text, 0, count).Trim();
    }
}
