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
    private readonly Entry?[] _entries = new Entry?[Places];
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

        Entry? entry = Of(host);
        if (entry != null && _clock.UptimeMilliseconds < entry.FreshUntil)
        {
            return entry.Address;
        }

        IPAddress? address = LookUp(host);
        if (address == null)
        {
            // An old answer is better than none.
            return entry?.Address;
        }

        if (entry == null)
        {
            entry = new Entry(host, address);
            _entries[_next] = entry;
            _next = (_next + 1) % Places;
        }

        entry.Address = address;
        entry.FreshUntil = _clock.UptimeMilliseconds + FreshMilliseconds;
        return address;
    }

    /// <summary>Says that nobody answers at the address: the name is looked up again next time.</summary>
    public void Doubt(string host)
    {
        Entry? entry = Of(host);
        if (entry != null)
        {
            entry.FreshUntil = long.MinValue;
        }
    }

    private Entry? Of(string host)
    {
        for (int i = 0; i < Places; i++)
        {
            Entry? entry = _entries[i];
            if (entry != null && entry.Name == host)
            {
                return entry;
            }
        }

        return null;
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

    private sealed class Entry
    {
        public Entry(string name, IPAddress address)
        {
            Name = name;
            Address = address;
        }

        public string Name { get; }

        public IPAddress Address { get; set; }

        public long FreshUntil { get; set; }
    }
}
