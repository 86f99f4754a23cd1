using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Says why a subset construction has no end in sight, from the states it made last: there most of the growth is.</summary>
internal static class Overgrowth
{
    /// <summary>More calls than this beyond those that all readings share, in most states, are no accident.</summary>
    private const int ManyCalls = 2;

    internal static Diagnostic Explain(Rule root, IReadOnlyList<Rule> captures, Transducer transducer, IReadOnlyList<CallSite> calls, int limit, string what)
    {
        List<TransducerState> last = Latest(transducer);
        bool Most(Func<Reading, bool> holds) => last.Count(s => s.Readings.Any(holds)) * 2 > last.Count;

        // First, for what takes any octet also takes those that open and close what nests.
        if (Endless(root, last, limit, what) is { } endless)
        {
            return endless;
        }

        if (Most(r => r.Stack.Depth > ManyCalls))
        {
            List<Rule> pending = last.SelectMany(s => s.Readings).SelectMany(r => r.Pending).Select(p => captures[p.Event.Index]).Distinct().ToList();
            if (pending.Count > 0 && Most(r => r.Pending.Count > 0))
            {
                return Undecidable(root, pending);
            }

            Rule nesting = MostOften(last.SelectMany(s => s.Readings).SelectMany(r => r.Stack.FromTop()).Select(call => calls[call].Rule))!;
            return new Diagnostic(Descriptors.UndecidableNesting, nesting.NameSpan, nesting.Name);
        }

        Rule costliest = MostOften(transducer.States.SelectMany(s => s.Readings).Select(r => r.Node).OfType<ReadNode>().Select(read => read.Context.Rule)) ?? root;
        return TooLarge(root, limit, what, costliest.Name);
    }

    /// <summary>Says in which rule most of what has grown too large is.</summary>
    internal static Diagnostic TooLarge(Rule root, int limit, string what, string costliest) => new(
        Descriptors.TooLarge, root.NameSpan, root.Name, limit, what,
        $"most of them in '{costliest}'; bound repetitions there more tightly or make a part of it a parser of its own");

    internal static Diagnostic Undecidable(Rule root, IEnumerable<Rule> captures) => new(
        Descriptors.UndecidableCaptures, root.NameSpan, root.Name, $"many occurrences of {string.Join(", ", captures.Select(c => c.Name))}");

    /// <summary>Says that calls which readings do not share have no end, from the states made so far.</summary>
    internal static Diagnostic ExplainDepth(Rule root, Rule nesting, Transducer transducer, int limit) =>
        Endless(root, Latest(transducer), limit, "calls that readings do not share")
        ?? new Diagnostic(Descriptors.UndecidableNesting, nesting.NameSpan, nesting.Name);

    private static List<TransducerState> Latest(Transducer transducer) => transducer.States.Skip(transducer.States.Count / 2).ToList();

    /// <summary>Says what takes any octet and does not end, where most states are in it.</summary>
    private static Diagnostic? Endless(Rule root, IReadOnlyList<TransducerState> last, int limit, string what)
    {
        List<List<Rule>> endless = last
            .Select(s => s.Readings.Select(r => r.Node).OfType<ReadNode>().Where(TakesAnythingAgain).Select(Repeating).Distinct().ToList())
            .Where(rules => rules.Count > 0).ToList();
        return endless.Count * 2 <= last.Count
            ? null
            : new Diagnostic(
                Descriptors.TooLarge, root.NameSpan, root.Name, limit, what,
                $"for nothing tells where '{MostOften(endless.SelectMany(rules => rules))!.Name}' ends, whose repetition takes any octet; count it, give it an end that is not in it, or let code read that part");
    }

    private static Rule? MostOften(IEnumerable<Rule> rules) => rules.GroupBy(r => r).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstOrDefault();

    /// <summary>The rule that a node is repeated in: a rule that is no more than this octet is named by what it reads and not for what it does.</summary>
    private static Rule Repeating(ReadNode node) =>
        node.Context.Rule.Alternatives.Count == 1 && node.Context.Rule.Alternatives[0] is NumericRange && node.Context.Parent is { } parent ? parent.Rule : node.Context.Rule;

    /// <summary>Whether a node reads nearly every octet and comes back to itself.</summary>
    private static bool TakesAnythingAgain(ReadNode node)
    {
        // Some leave out the octet that ends a line or a string in C.
        const int NearlyEvery = 250;
        return Enumerable.Range(0, 256).Count(node.Set.Contains) >= NearlyEvery && node.Next is ChoiceNode loop && loop.Ways.Contains(node);
    }
}
