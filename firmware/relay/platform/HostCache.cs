using System;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>
/// Keeps the addresses of a few hosts: a name look-up stops every thread of the device while it lasts, and a name server that
/// is down must not keep mail from a smarthost that is up. For one thread.
/// </summary>
internal sealed class HostCache
{
    private const int Places = 4;
    private const long FreshMilliseconds = 60L * 60 * 1000;

    private readonly IClock _clock;
    private readonly string[] _names = new string[Places];
    private readonly IPAddress[] _addresses = new IPAddress[Places];
    private readonly long[] _freshUntil = new long[Places];
    private int _next;

    public HostCache(IClock clock)
    {
        _clock = clock;
        Error = "";
    }

    /// <summary>Why the last <see cref="Find"/> returned null.</summary>
    public string Error { get; private set; }

    /// <summary>The address of a host: a literal as it says, a name by look-up or from memory.</summary>
    public IPAddress? Find(string host)
    {
        byte[] text = Encoding.UTF8.GetBytes(host);
        byte[]? literal = AddressReader.Read(text, 0, text.Length);
        if (literal != null)
        {
            return new IPAddress(literal);
        }

        int place = PlaceOf(host);
        if (place >= 0 && _clock.UptimeMilliseconds < _freshUntil[place])
        {
            return _addresses[place];
        }

        IPAddress? address = LookUp(host);
        if (address == null)
        {
            // An old answer is better than none.
            return place >= 0 ? _addresses[place] : null;
        }

        if (place < 0)
        {
            place = _next;
            _next = (_next + 1) % Places;
            _names[place] = host;
        }

        _addresses[place] = address;
        _freshUntil[place] = _clock.UptimeMilliseconds + FreshMilliseconds;
        return address;
    }

    /// <summary>Says that nobody answers at the address: the name is looked up again next time.</summary>
    public void Doubt(string host)
    {
        int place = PlaceOf(host);
        if (place >= 0)
        {
            _freshUntil[place] = long.MinValue;
        }
    }

    private int PlaceOf(string host)
    {
        for (int i = 0; i < Places; i++)
        {
            if (_names[i] == host)
            {
                return i;
            }
        }

        return -1;
    }

    private IPAddress? LookUp(string host)
    {
        try
        {
            IPAddress[] all = Dns.GetHostEntry(host).AddressList;
            for (int i = 0; i < all.Length; i++)
            {
                if (all[i].AddressFamily == AddressFamily.InterNetwork)
                {
                    return all[i];
                }
            }

            if (all.Length > 0)
            {
                return all[0];
            }

            Error = "the name is known, but has no address";
        }
        catch (Exception failure)
        {
            Error = Failures.Describe(failure);
        }

        return null;
    }
}
