using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// What holds for the clients of some networks. For each client the rule with the longest matching prefix counts, and no
/// other. Filled once before anything runs, then only read; what it counts for <see cref="MessagesPerHour"/> is guarded. Any
/// thread.
/// </summary>
public sealed class ClientRule
{
    private const int Hour = 60 * 60 * 1000;

    // Past so many clients the one counted longest makes room.
    private const int MostCounted = 4096;

    private readonly object _lock = new object();
    private byte[][] _counted = new byte[1][];
    private long[] _since = new long[1];
    private int[] _messages = new int[1];

    /// <summary>Whom it is for.</summary>
    public Network[] Networks { get; set; } = new Network[0];

    /// <summary>Whether they may not use the server at all.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether what real devices send is taken too, though it is not quite SMTP: <c>grammar/quirks.abnf</c>.</summary>
    public bool IsLenient { get; set; }

    /// <summary>What logging in means for them.</summary>
    public ClientAuth Auth { get; set; }

    /// <summary>What takes the place of every sender but the null one: a mailbox, ASCII; empty leaves the sender as it is.</summary>
    public byte[] Sender { get; set; } = new byte[0];

    /// <summary>Who gets what they send without a recipient, or to a name without a domain: a mailbox, ASCII; empty for nobody.</summary>
    public byte[] Recipient { get; set; } = new byte[0];

    /// <summary>The domains they may send to, lower case, ASCII; one that begins with a dot stands for all below it. None for any.</summary>
    public byte[][] Domains { get; set; } = new byte[0][];

    /// <summary>The most messages one of them may begin in an hour; 0 for any number. An IPv6 client is known by its first 64 bits.</summary>
    public int MessagesPerHour { get; set; }

    /// <summary>Whether they may send to a domain.</summary>
    /// <param name="line">Where it stands.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="end">One past its last byte.</param>
    public bool AllowsDomain(byte[] line, int start, int end)
    {
        for (int i = 0; i < Domains.Length; i++)
        {
            byte[] domain = Domains[i];
            int from = domain.Length > 0 && domain[0] == Ascii.Dot ? end - domain.Length : start;
            if (from >= start && Ascii.EqualsIgnoreCase(line, from, end, domain))
            {
                return true;
            }
        }

        return Domains.Length == 0;
    }

    /// <summary>Counts a message of a client.</summary>
    /// <param name="address">The client.</param>
    /// <param name="now">The uptime in milliseconds.</param>
    /// <returns>False when it is one too many for the hour.</returns>
    public bool Count(byte[] address, long now)
    {
        if (MessagesPerHour == 0)
        {
            return true;
        }

        lock (_lock)
        {
            int place = Place(address, now);
            return _messages[place]++ < MessagesPerHour;
        }
    }

    // Where the client is counted; where it was not, its hour begins in the place free longest.
    private int Place(byte[] address, long now)
    {
        int known = AddressText.IsMapped(address) || address.Length == 4 ? address.Length : 8;
        int oldest = 0;
        for (int i = 0; i < _counted.Length; i++)
        {
            if (_counted[i] == null)
            {
                oldest = i;
                break;
            }

            if (_counted[i].Length == address.Length && Ascii.AreEqual(_counted[i], 0, address, 0, known) && now - _since[i] < Hour)
            {
                return i;
            }

            if (_since[i] < _since[oldest])
            {
                oldest = i;
            }
        }

        if (_counted[oldest] != null && now - _since[oldest] < Hour && _counted.Length < MostCounted)
        {
            oldest = _counted.Length;
            Grow(2 * oldest);
        }

        _counted[oldest] = address;
        _since[oldest] = now;
        _messages[oldest] = 0;
        return oldest;
    }

    private void Grow(int length)
    {
        byte[][] counted = new byte[length][];
        long[] since = new long[length];
        int[] messages = new int[length];
        Array.Copy(_counted, counted, _counted.Length);
        Array.Copy(_since, since, _counted.Length);
        Array.Copy(_messages, messages, _counted.Length);
        _counted = counted;
        _since = since;
        _messages = messages;
    }
}
