using System.Collections.Generic;
using System.Net;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Counts the sessions in all and by client address, so that no one client takes every place. For any thread.</summary>
public sealed class SessionCounter
{
    private readonly Limits _limits;
    private readonly Dictionary<IPAddress, int> _byAddress = new();
    private int _all;

    /// <summary>Counts against <see cref="Limits.Sessions"/> and <see cref="Limits.SessionsPerAddress"/>.</summary>
    public SessionCounter(Limits limits) => _limits = limits;

    /// <summary>How many sessions are counted now.</summary>
    public int Count
    {
        get
        {
            lock (_byAddress)
            {
                return _all;
            }
        }
    }

    /// <summary>How many places were taken since the start.</summary>
    public long Entered { get; private set; }

    /// <summary>How many connections found no place.</summary>
    public long Refused { get; private set; }

    /// <summary>Takes a place.</summary>
    /// <returns>Null when the place was taken; otherwise why there is none, in words for the 421 reply.</returns>
    public string? Enter(IPAddress address)
    {
        lock (_byAddress)
        {
            if (_all >= _limits.Sessions)
            {
                Refused++;
                return "too many sessions, try again later";
            }

            _byAddress.TryGetValue(address, out int count);
            if (count >= _limits.SessionsPerAddress)
            {
                Refused++;
                return "too many sessions from your address, try again later";
            }

            _byAddress[address] = count + 1;
            _all++;
            Entered++;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        lock (_byAddress)
        {
            _all--;
            int count = _byAddress[address] - 1;
            if (count == 0)
            {
                _byAddress.Remove(address);
            }
            else
            {
                _byAddress[address] = count;
            }
        }
    }
}
