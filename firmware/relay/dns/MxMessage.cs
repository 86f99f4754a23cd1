using System.Text;

namespace SmtpEmbedded.Relay.MailExchange;

/// <summary>
/// Questions for MX records and the answers to them as messages of DNS (RFC 1035 section 4), without any I/O. What anyone may
/// send is read here: every length is checked, pointers only lead backwards, and an answer that does not answer the question is
/// none. Its lengths and pointers are beyond ABNF, so it is written by hand. One thread at a time; reusable.
/// </summary>
public sealed class MxMessage
{
    /// <summary>The most bytes of an answer by UDP that we ask for (EDNS, RFC 6891): what passes any network in one piece.</summary>
    public const int LargestAnswer = 1232;

    private const int HeaderBytes = 12;
    private const int TypeAlias = 5;
    private const int TypeMx = 15;
    private const int MostHosts = 16;
    private const int LongestName = 255;

    private readonly int[] _preferences = new int[MostHosts];
    private readonly string[] _hosts = new string[MostHosts];
    private byte[] _bytes = new byte[0];
    private int _count;
    private int _next;

    /// <summary>How many hosts the answer names, at most 16.</summary>
    public int Count { get; private set; }

    /// <summary>The response code (RFC 1035 section 4.1.1): 0 no error, 2 server failure, 3 no such name.</summary>
    public int Code { get; private set; }

    /// <summary>Whether the answer is not whole, and is to be asked for by TCP.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Whether the domain says that it takes no mail (RFC 7505).</summary>
    public bool IsNullMx => Count == 1 && _hosts[0].Length == 0;

    /// <summary>A host by its place, lowest preference first.</summary>
    public string Host(int place)
    {
        return _hosts[place];
    }

    /// <summary>Writes a question.</summary>
    /// <param name="domain">A name in letters, digits, hyphens and dots.</param>
    /// <param name="id">A number nobody can guess; the answer must carry it.</param>
    /// <param name="buffer">At least 300 bytes.</param>
    /// <returns>How many bytes it has; 0 when the name is none.</returns>
    public static int WriteQuestion(string domain, int id, byte[] buffer)
    {
        byte[] name = Encoding.UTF8.GetBytes(domain);
        if (name.Length == 0 || name.Length > LongestName - 2)
        {
            return 0;
        }

        for (int i = 0; i < HeaderBytes; i++)
        {
            buffer[i] = 0;
        }

        buffer[0] = (byte)(id >> 8);
        buffer[1] = (byte)id;
        buffer[2] = 1;
        buffer[5] = 1;
        buffer[11] = 1;
        int label = HeaderBytes;
        int at = label + 1;
        for (int i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != Ascii.Dot)
            {
                buffer[at++] = name[i];
                continue;
            }

            int length = at - label - 1;
            if (length == 0 || length > 63)
            {
                return 0;
            }

            buffer[label] = (byte)length;
            label = at++;
        }

        buffer[label] = 0;

        // The question's type and class, then the record that says how much we take: no name, type 41, our size, nothing else.
        byte[] rest = { 0, TypeMx, 0, 1, 0, 0, 41, LargestAnswer >> 8, LargestAnswer & 0xFF, 0, 0, 0, 0, 0, 0 };
        System.Array.Copy(rest, 0, buffer, label + 1, rest.Length);
        return label + 1 + rest.Length;
    }

    /// <summary>Reads an answer.</summary>
    /// <returns>Whether it is one to this question; if not, the right one may still come.</returns>
    public bool Read(byte[] message, int count, string domain, int id)
    {
        _bytes = message;
        _count = count;
        Count = 0;
        if (count < HeaderBytes || Short(0) != id || (message[2] & 0xF8) != 0x80 || Short(4) != 1)
        {
            return false;
        }

        Code = message[3] & 15;
        IsTruncated = (message[2] & 2) != 0;
        _next = HeaderBytes;
        string wanted = domain.ToLower();
        string? name = Name(HeaderBytes);
        if (name == null || name != wanted || _next + 4 > count || Short(_next) != TypeMx || Short(_next + 2) != 1)
        {
            return false;
        }

        _next += 4;
        int answers = Short(6);
        for (int i = 0; i < answers && !IsTruncated; i++)
        {
            name = Name(_next);
            if (name == null || _next + 10 > count)
            {
                return false;
            }

            int type = Short(_next);
            int data = _next + 10;
            int end = data + Short(_next + 8);
            if (end > count)
            {
                return false;
            }

            if (name == wanted && type == TypeAlias)
            {
                wanted = Name(data) ?? "";
            }
            else if (name == wanted && type == TypeMx && end - data > 2)
            {
                string? host = Name(data + 2);
                if (host == null)
                {
                    return false;
                }

                Add(Short(data), host);
            }

            _next = end;
        }

        return true;
    }

    private void Add(int preference, string host)
    {
        if (Count == MostHosts && preference >= _preferences[Count - 1])
        {
            return;
        }

        int place = Count == MostHosts ? Count - 1 : Count++;
        while (place > 0 && _preferences[place - 1] > preference)
        {
            _preferences[place] = _preferences[place - 1];
            _hosts[place] = _hosts[place - 1];
            place--;
        }

        _preferences[place] = preference;
        _hosts[place] = host;
    }

    /// <summary>The name at a place, in lower case; null when it is none. Leaves <see cref="_next"/> behind it.</summary>
    private string? Name(int place)
    {
        byte[] name = new byte[LongestName];
        int length = 0;
        int lowest = place;
        bool jumped = false;
        for (;;)
        {
            if (place >= _count)
            {
                return null;
            }

            int size = _bytes[place];
            if (size >= 0xC0)
            {
                if (place + 1 >= _count)
                {
                    return null;
                }

                if (!jumped)
                {
                    _next = place + 2;
                    jumped = true;
                }

                // Only backwards, and further each time: so it ends.
                place = Short(place) & 0x3FFF;
                if (place >= lowest)
                {
                    return null;
                }

                lowest = place;
            }
            else if (size == 0)
            {
                if (!jumped)
                {
                    _next = place + 1;
                }

                return length == 0 ? "" : Encoding.UTF8.GetString(name, 0, length - 1).ToLower();
            }
            else
            {
                if (size > 63 || place + size >= _count || length + size + 1 > LongestName)
                {
                    return null;
                }

                for (int i = 1; i <= size; i++)
                {
                    byte octet = _bytes[place + i];
                    if (octet <= Ascii.Space || octet >= 0x7F || octet == Ascii.Dot)
                    {
                        return null;
                    }

                    name[length++] = octet;
                }

                name[length++] = Ascii.Dot;
                place += size + 1;
            }
        }
    }

    private int Short(int place)
    {
        return (_bytes[place] << 8) | _bytes[place + 1];
    }
}
