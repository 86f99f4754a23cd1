using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>A rule entered at one place of the input, shared by all readings that enter it there.</summary>
internal sealed class MatchFrame
{
    private List<string>? _surroundings;

    internal MatchFrame(NfaNode entry, string ruleName, int start)
    {
        Entry = entry;
        RuleName = ruleName;
        Start = start;
    }

    internal NfaNode Entry { get; }

    internal string RuleName { get; }

    internal int Start { get; }

    /// <summary>Who entered it: the call, the caller's own frame, and the rounds the caller has begun without reading.</summary>
    internal List<(CallNode Call, MatchFrame Caller, EmptyRounds? Rounds)> Callers { get; } = new();

    /// <summary>Where it can end.</summary>
    internal List<int> Ends { get; } = new();

    /// <summary>The places at which it has been followed from here on; what decides nothing about the future is not part of a place.</summary>
    internal HashSet<MatchPlace> Visited { get; } = new();

    /// <summary>The rules that every way to this frame is inside of, the innermost first.</summary>
    internal List<string> Surroundings()
    {
        if (_surroundings == null)
        {
            IEnumerable<string> around = Callers.Count == 0
                ? Enumerable.Empty<string>()
                : Callers.Select(c => c.Caller).Distinct().Select(c => c.Surroundings()).Aggregate((a, b) => a.Where(b.Contains).ToList());
            _surroundings = new[] { RuleName }.Concat(around).ToList();
        }

        return _surroundings;
    }
}

/// <summary>A node of the automaton at a place of the input, with the rounds begun there that have read nothing.</summary>
internal readonly record struct MatchPlace(int Node, int At, EmptyRounds? Rounds);
