using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Finds readings that go on alike inside of different calls: "a" and "b" both call "c", and nothing tells yet which of them did. Were
/// each followed by itself, every level of nesting would double them.
/// </summary>
internal static class SharedCalls
{
    /// <summary>
    /// Finds ways into what all readings are inside of: every reading is one way and then one of the readings inside, and each way
    /// has all of these, in the same order. Null where there are none, or only one.
    /// </summary>
    internal static List<SharedCall>? Find(List<Reading> readings, out List<Reading> inside)
    {
        for (int depth = readings[0].Stack.Depth; depth > 0; depth--)
        {
            inside = Inside(readings, readings[0].Stack.Outermost(depth));
            if (inside.Count < readings.Count && readings.Count % inside.Count == 0 && Ways(readings, inside) is { } ways)
            {
                return ways;
            }
        }

        inside = new List<Reading>();
        return null;
    }

    /// <summary>The first readings inside of some calls, as they are further inside.</summary>
    private static List<Reading> Inside(List<Reading> readings, CallStack calls) => readings
        .TakeWhile(r => calls.IsBeginningOf(r.Stack))
        .Select(r => new Reading(r.Node, -1, r.Pending, r.Stack.Within(calls.Depth)))
        .ToList();

    private static List<SharedCall>? Ways(List<Reading> readings, List<Reading> inside)
    {
        var ways = new List<SharedCall>();
        for (int first = 0; first < readings.Count; first += inside.Count)
        {
            int depth = readings[first].Stack.Depth - inside[0].Stack.Depth;
            if (depth <= 0)
            {
                return null;
            }

            var way = new SharedCall(readings[first].Stack.Outermost(depth), readings[first].Alternative);
            for (int i = 0; i < inside.Count; i++)
            {
                Reading reading = readings[first + i];
                if (reading.Node != inside[i].Node || reading.Alternative != way.Alternative || way.Calls.Followed(inside[i].Stack) != reading.Stack
                    || !reading.Pending.SequenceEqual(inside[i].Pending))
                {
                    return null;
                }
            }

            ways.Add(way);
        }

        return ways;
    }
}
