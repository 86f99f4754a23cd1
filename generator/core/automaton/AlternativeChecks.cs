using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Finds alternatives that are never chosen, because earlier ones read all that they read. Each alternation is compiled by
/// itself; an alternative that no input settles on is never chosen anywhere.
/// </summary>
public static class AlternativeChecks
{
    /// <summary>An alternation larger than this is not looked into: the check is a kindness and must not slow a build down.</summary>
    private const int MostNodes = 5_000;

    /// <summary>Nor is looked further when all that was looked into is larger than this.</summary>
    private const int MostNodesInAll = 1_000_000;

    /// <summary>Adds a warning for each alternative that is never chosen.</summary>
    public static void Run(Grammar grammar, List<Diagnostic> diagnostics)
    {
        if (grammar.HasErrors)
        {
            return;
        }

        int left = MostNodesInAll;
        foreach (Rule rule in grammar.Rules)
        {
            Check(grammar, rule, rule.Alternatives, ref left, diagnostics);
            foreach (Element alternative in rule.Alternatives)
            {
                CheckInside(grammar, rule, alternative, ref left, diagnostics);
            }
        }
    }

    private static void CheckInside(Grammar grammar, Rule rule, Element element, ref int left, List<Diagnostic> diagnostics)
    {
        switch (element)
        {
            case Alternation alternation:
                Check(grammar, rule, alternation.Alternatives, ref left, diagnostics);
                foreach (Element alternative in alternation.Alternatives)
                {
                    CheckInside(grammar, rule, alternative, ref left, diagnostics);
                }

                break;
            case Concatenation concatenation:
                foreach (Element part in concatenation.Parts)
                {
                    CheckInside(grammar, rule, part, ref left, diagnostics);
                }

                break;
            case Repetition repetition:
                CheckInside(grammar, rule, repetition.Element, ref left, diagnostics);
                break;
        }
    }

    private static void Check(Grammar grammar, Rule rule, IReadOnlyList<Element> alternatives, ref int left, List<Diagnostic> diagnostics)
    {
        if (alternatives.Count < 2 || left <= 0)
        {
            return;
        }

        var nothing = new Rule[0];
        var unbuildable = new List<Diagnostic>();
        Nfa? nfa = NfaBuilder.Build(grammar, rule, alternatives, nothing, MostNodes, unbuildable);
        left -= nfa?.NodeCount ?? MostNodes;
        if (nfa == null || HaveDisjointBeginnings(nfa.Start))
        {
            return;
        }

        Transducer? transducer = Determinizer.Run(rule, nothing, nfa, unbuildable);
        if (transducer == null)
        {
            return;
        }

        var chosen = new HashSet<int>(transducer.ActionLists.SelectMany(list => list)
            .Where(action => action.Kind == ActionKind.SetAlternative)
            .Select(action => action.Index));
        for (int i = 0; i < alternatives.Count; i++)
        {
            if (!chosen.Contains(i))
            {
                diagnostics.Add(new Diagnostic(Descriptors.NeverChosen, alternatives[i].Span, alternatives[i].Span.Text));
            }
        }
    }

    /// <summary>Whether no two alternatives can begin with the same octet: then each is chosen by its own.</summary>
    private static bool HaveDisjointBeginnings(NfaNode start)
    {
        var taken = new ByteSet();
        foreach (NfaNode way in ((ChoiceNode)start).Ways)
        {
            var own = new ByteSet();
            var seen = new HashSet<NfaNode>();
            var open = new Stack<NfaNode>();
            open.Push(way);
            while (open.Count > 0)
            {
                NfaNode node = open.Pop();
                if (!seen.Add(node))
                {
                    continue;
                }

                switch (node)
                {
                    case AcceptNode:
                        return false;
                    case EventNode happening:
                        open.Push(happening.Next);
                        break;
                    case CallNode or ReturnNode:
                        return false;
                    case RoundNode round:
                        open.Push(round.Next);
                        break;
                    case ChoiceNode choice:
                        choice.Ways.ForEach(open.Push);
                        break;
                    case ReadNode read:
                        foreach ((int first, int last) in read.Set.Ranges())
                        {
                            own.AddRange(first, last);
                        }

                        break;
                }
            }

            for (int octet = 0; octet < 256; octet++)
            {
                if (own.Contains(octet))
                {
                    if (taken.Contains(octet))
                    {
                        return false;
                    }

                    taken.Add(octet);
                }
            }
        }

        return true;
    }
}
