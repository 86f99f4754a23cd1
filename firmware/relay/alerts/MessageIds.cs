using System;
using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Makes names that no other message has (RFC 5322 section 3.6.4). Neither clock nor uptime can be relied on alone: a board
/// starts in 1970 and from 0 again and again, so random digits go in too. One thread at a time.
/// </summary>
internal sealed class MessageIds
{
    private readonly IClock _clock;
    private readonly Random _random = new Random();
    private int _count;

    /// <summary>Makes a source of names.</summary>
    public MessageIds(IClock clock)
    {
        _clock = clock;
    }

    /// <summary>A new name: letters, digits and dots, about 40 characters.</summary>
    public string Next()
    {
        _count++;
        long time = _clock.IsSet ? _clock.UtcMilliseconds : 0;
        return time.ToString() + "." + _clock.UptimeMilliseconds.ToString() + "." + _count.ToString() + "." + _random.Next(int.MaxValue).ToString();
    }
}
