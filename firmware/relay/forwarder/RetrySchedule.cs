using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// When to try again. Three schedules, each doubling from its first wait to its longest, each wait made longer by up to a
/// quarter at random so that a site full of devices does not come back in step:
/// <list type="table">
///   <item><term>a message that was put off (4yz)</term><description>1, 2, 4, 8, 16, 30, 30 ... minutes (<see cref="Limits.FirstRetry"/>, <see cref="Limits.LongestRetry"/>)</description></item>
///   <item><term>a smarthost that answers but refuses us (greeting, TLS, login, 421)</term><description>the same: it has said no, and insisting gets an address blocked</description></item>
///   <item><term>a smarthost that cannot be reached, or is lost</term><description>5, 10, 20, 40, 80, 160, 300, 300 ... seconds (<see cref="Limits.FirstReconnect"/>, <see cref="Limits.LongestReconnect"/>): nobody is bothered, and mail is to flow soon after the network is back</description></item>
/// </list>
/// RFC 5321 section 4.5.4.1 asks for 30 minutes between attempts in general and fewer in the first hour; a smarthost is the
/// site's own, so the first waits are shorter, and the later ones keep to the standard. Used by the forwarder's thread only.
/// </summary>
internal sealed class RetrySchedule
{
    private readonly Limits _limits;
    private readonly Random _random = new Random();

    /// <summary>Makes a schedule.</summary>
    public RetrySchedule(Limits limits)
    {
        _limits = limits;
    }

    /// <summary>The wait in milliseconds before a message is tried again.</summary>
    /// <param name="failures">How many attempts have failed, this one included: at least 1.</param>
    public int ForMessage(int failures)
    {
        return Wait(failures, _limits.FirstRetry, _limits.LongestRetry);
    }

    /// <summary>The wait in milliseconds before a connection is tried again.</summary>
    /// <param name="failure">What ended the last one.</param>
    /// <param name="failures">How many have failed in a row, this one included: at least 1.</param>
    public int ForConnection(ClientFailure failure, int failures)
    {
        return IsReachability(failure) ? Wait(failures, _limits.FirstReconnect, _limits.LongestReconnect) : ForMessage(failures);
    }

    /// <summary>Whether a smarthost did not get so far as to say no: that is to pass by itself.</summary>
    public static bool IsReachability(ClientFailure failure)
    {
        return failure == ClientFailure.Connect || failure == ClientFailure.Disconnected || failure == ClientFailure.Timeout;
    }

    private int Wait(int failures, int first, int longest)
    {
        long wait = first;
        for (int i = 1; i < failures && wait < longest; i++)
        {
            wait *= 2;
        }

        if (wait > longest)
        {
            wait = longest;
        }

        return (int)(wait + _random.Next((int)(wait / 4) + 1));
    }
}
