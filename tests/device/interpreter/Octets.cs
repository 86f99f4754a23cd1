using System.Text;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>
/// Octets that grow, and the escapes in the files of vectors: \r \n \t \0 \\, \xHH, and \{text*N} for N times the text. A string
/// of the interpreter holds no NUL and is slow to index, so the work is done on its UTF-8.
/// </summary>
internal sealed class Octets
{
    private byte[] _bytes = new byte[256];

    public byte[] Bytes
    {
        get { return _bytes; }
    }

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
    }

    public void Add(byte octet)
    {
        if (Count == _bytes.Length)
        {
            byte[] more = new byte[Count + Count];
            System.Array.Copy(_bytes, 0, more, 0, Count);
            _bytes = more;
        }

        _bytes[Count++] = octet;
    }

    public void Add(byte[] bytes, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
        {
            Add(bytes[i]);
        }
    }

    public void AddEscaped(string escaped)
    {
        byte[] text = Encoding.UTF8.GetBytes(escaped);
        AddEscaped(text, 0, text.Length);
    }

    /// <summary>Whether the octets from a place on are these, and with <paramref name="whole"/> nothing else.</summary>
    public bool Has(int start, Octets other, bool whole)
    {
        if (whole ? Count - start != other.Count : Count - start < other.Count)
        {
            return false;
        }

        for (int i = 0; i < other.Count; i++)
        {
            if (_bytes[start + i] != other._bytes[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>For people: what is not printable ASCII is a question mark.</summary>
    public string Show(int start)
    {
        int count = Count - start > 100 ? 100 : Count - start;
        byte[] shown = new byte[count];
        for (int i = 0; i < count; i++)
        {
            byte octet = _bytes[start + i];
            shown[i] = octet < 32 || octet > 126 ? (byte)'?' : octet;
        }

        return Encoding.UTF8.GetString(shown, 0, count);
    }

    private void AddEscaped(byte[] text, int i, int end)
    {
        while (i < end)
        {
            byte octet = text[i++];
            if (octet != '\\')
            {
                Add(octet);
                continue;
            }

            octet = text[i++];
            switch (octet)
            {
                case (byte)'r':
                    Add(13);
                    break;
                case (byte)'n':
                    Add(10);
                    break;
                case (byte)'t':
                    Add(9);
                    break;
                case (byte)'0':
                    Add(0);
                    break;
                case (byte)'x':
                    Add((byte)((Digit(text[i]) << 4) + Digit(text[i + 1])));
                    i += 2;
                    break;
                case (byte)'{':
                    i = AddRepeated(text, i);
                    break;
                default:
                    Add(octet);
                    break;
            }
        }
    }

    private int AddRepeated(byte[] text, int start)
    {
        int close = start;
        while (text[close] != '}')
        {
            close++;
        }

        int star = close;
        while (text[star] != '*')
        {
            star--;
        }

        int times = 0;
        for (int i = star + 1; i < close; i++)
        {
            times = (times * 10) + text[i] - '0';
        }

        for (; times > 0; times--)
        {
            AddEscaped(text, start, star);
        }

        return close + 1;
    }

    private static int Digit(byte digit)
    {
        return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    }
}
