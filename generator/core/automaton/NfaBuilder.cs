using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Builds the nondeterministic automaton of a root rule: every reference is replaced by its rule, so that each place knows
/// which rules it is inside of. Built from the end backwards: each piece is made with the node that follows it.
/// </summary>
internal sealed class NfaBuilder
{
    /// <summary>Past this many nodes a grammar is refused: its repetitions multiply.</summary>
    internal const int MaximumNodes = 400_000;

    /// <summary>
    /// Past this many rules within rules a grammar is refused. Each takes a part of the stack, and what a compiler's thread has of it,
    /// 1 MiB where it has little, is enough for more than twice as many.
    /// </summary>
    internal const int MaximumDepth = 1000;

    /// <summary>A longer word is cut where it is told what was expected.</summary>
    private const int LongestLabel = 80;

    private readonly Grammar _grammar;
    private readonly IReadOnlyList<Rule> _captured;
    private readonly Nesting _nesting;
    private readonly RuleContext _rootContext;
    private readonly Dictionary<Rule, int> _captureIndex = new();
    private readonly Dictionary<Rule, NfaNode> _entries = new();
    private readonly Dictionary<(Rule Rule, NfaNode Next), NfaNode> _lastEntries = new();
    private readonly List<CallSite> _calls = new();
    private readonly Dictionary<Rule, int> _places = new();
    private readonly int _mostNodes;
    private readonly bool _callsAll;
    private int _count;
    private int _rounds;
    private int _depth;

    private NfaBuilder(Grammar grammar, Rule root, IReadOnlyList<Rule> captured, int mostNodes, bool callsAll)
    {
        _callsAll = callsAll;
        _nesting = new Nesting(grammar, root);
        _rootContext = RuleContext.ForRoot(root);
        _mostNodes = mostNodes;
        _grammar = grammar;
        _captured = captured;
        for (int i = 0; i < captured.Count; i++)
        {
            _captureIndex[captured[i]] = i;
        }
    }

    /// <summary>Builds the automaton; null with a diagnostic where none can be built.</summary>
    internal static Nfa? Build(Grammar grammar, Rule root, IReadOnlyList<Rule> captured, List<Diagnostic> diagnostics) =>
        Build(grammar, root, root.Alternatives, captured, MaximumNodes, diagnostics);

    /// <summary>Builds the automaton of some alternatives inside a rule.</summary>
    internal static Nfa? Build(
        Grammar grammar, Rule root, IReadOnlyList<Element> alternatives, IReadOnlyList<Rule> captured, int mostNodes, List<Diagnostic> diagnostics)
    {
        return new NfaBuilder(grammar, root, captured, mostNodes, callsAll: false).Build(root, alternatives, diagnostics);
    }

    /// <summary>
    /// Builds the automaton with a call for every reference but those to core rules that are not captured: it grows no more than
    /// the grammar's own text and its counted repetitions. Captures have no events in it, for each has its call.
    /// </summary>
    internal static Nfa? BuildWithCalls(Grammar grammar, Rule root, IReadOnlyList<Rule> captured, List<Diagnostic> diagnostics) =>
        new NfaBuilder(grammar, root, captured, MaximumNodes, callsAll: true).Build(root, root.Alternatives, diagnostics);

    private Nfa? Build(Rule root, IReadOnlyList<Element> alternatives, List<Diagnostic> diagnostics)
    {
        try
        {
            NfaNode start = BuildRoot(root, alternatives);
            return new Nfa(start, _count, _calls);
        }
        catch (InsufficientExecutionStackException)
        {
            // Each of them may hold as many groups within groups as the reader lets through.
            diagnostics.Add(TooDeep());
            return null;
        }
        catch (UnbuildableException unbuildable)
        {
            diagnostics.Add(unbuildable.Diagnostic ?? TooLarge(_mostNodes, "places"));
            return null;
        }
    }

    private NfaNode BuildRoot(Rule root, IReadOnlyList<Element> alternatives)
    {
        NfaNode accept = Register(new AcceptNode());
        RuleContext context = _rootContext;
        bool isCaptured = _captureIndex.TryGetValue(root, out int capture) && !_callsAll;
        NfaNode end = isCaptured
            ? Register(new EventNode(new CaptureEvent(CaptureEventKind.Close, capture), accept))
            : accept;
        ChoiceNode choice = Register(new ChoiceNode());
        for (int i = 0; i < alternatives.Count; i++)
        {
            NfaNode body = Build(alternatives[i], context, end, null);
            choice.Ways.Add(Register(new EventNode(new CaptureEvent(CaptureEventKind.Alternative, i), body)));
        }

        return isCaptured
            ? Register(new EventNode(new CaptureEvent(CaptureEventKind.Open, capture), choice))
            : choice;
    }

    /// <summary>The rule with the most places by itself, for the author to know where to begin.</summary>
    private string Costliest() => _places.OrderByDescending(p => p.Value).Select(p => p.Key.Name).FirstOrDefault() ?? _rootContext.Rule.Name;

    private Diagnostic TooDeep() => TooLarge(_depth, "rules within rules");

    private Diagnostic TooLarge(int limit, string what) => Overgrowth.TooLarge(_rootContext.Rule, limit, what, Costliest());

    private T Register<T>(T node)
        where T : NfaNode
    {
        node.Id = _count++;
        if (node is ReadNode read)
        {
            _places.TryGetValue(read.Context.Rule, out int places);
            _places[read.Context.Rule] = places + 1;
        }

        if (_count > _mostNodes)
        {
            throw new UnbuildableException(null);
        }

        return node;
    }

    /// <param name="element">What to build.</param>
    /// <param name="context">The rules it is inside of.</param>
    /// <param name="next">What follows it.</param>
    /// <param name="coreName">The core rule it is part of, which names it in errors.</param>
    private NfaNode Build(Element element, RuleContext context, NfaNode next, string? coreName)
    {
        switch (element)
        {
            case Alternation alternation:
                return BuildAlternatives(alternation.Alternatives, context, next, coreName);
            case Concatenation concatenation:
                for (int i = concatenation.Parts.Count - 1; i >= 0; i--)
                {
                    next = Build(concatenation.Parts[i], context, next, i == 0 ? coreName : null);
                }

                return next;
            case Repetition repetition:
                return BuildRepetition(repetition, context, next);
            case Literal literal:
                return BuildLiteral(literal, context, next, coreName);
            case NumericSequence sequence:
                return BuildSequence(sequence, context, next, coreName);
            case NumericRange range:
                return BuildRange(range, context, next, coreName);
            case RuleReference reference:
                return BuildReference(reference, context, next, coreName);
            default:
                throw new InvalidOperationException("A grammar with errors has no automaton.");
        }
    }

    private NfaNode BuildAlternatives(IReadOnlyList<Element> alternatives, RuleContext context, NfaNode next, string? coreName)
    {
        if (alternatives.Count == 1)
        {
            return Build(alternatives[0], context, next, coreName);
        }

        ChoiceNode choice = Register(new ChoiceNode());
        foreach (Element alternative in alternatives)
        {
            choice.Ways.Add(Build(alternative, context, next, coreName));
        }

        return choice;
    }

    private NfaNode BuildRepetition(Repetition repetition, RuleContext context, NfaNode next)
    {
        if (repetition.Maximum == Repetition.Unbounded)
        {
            ChoiceNode loop = Register(new ChoiceNode());
            loop.Ways.Add(BuildRound(repetition.Element, context, loop));
            loop.Ways.Add(next);
            next = loop;
        }
        else
        {
            NfaNode exit = next;
            for (int i = repetition.Minimum; i < repetition.Maximum; i++)
            {
                ChoiceNode choice = Register(new ChoiceNode());
                choice.Ways.Add(BuildRound(repetition.Element, context, next));
                choice.Ways.Add(exit);
                next = choice;
            }
        }

        for (int i = 0; i < repetition.Minimum; i++)
        {
            next = Build(repetition.Element, context, next, null);
        }

        return next;
    }

    /// <summary>Builds a round that may be left out; it is watched where it may read nothing.</summary>
    private NfaNode BuildRound(Element element, RuleContext context, NfaNode next)
    {
        if (!_grammar.Nullability.MayReadNothing(element))
        {
            return Build(element, context, next, null);
        }

        int round = _rounds++;
        NfaNode end = Register(new RoundNode(round, isEnd: true, next));
        return Register(new RoundNode(round, isEnd: false, Build(element, context, end, null)));
    }

    private NfaNode BuildLiteral(Literal literal, RuleContext context, NfaNode next, string? coreName)
    {
        if (literal.Text.Length > _mostNodes - _count)
        {
            throw new UnbuildableException(null);
        }

        for (int i = literal.Text.Length - 1; i >= 0; i--)
        {
            var set = new ByteSet();
            set.AddCharacter(literal.Text[i], literal.IsCaseSensitive);
            string rest = literal.Text.Length - i <= LongestLabel ? literal.Text.Substring(i) : literal.Text.Substring(i, LongestLabel - 3) + "...";
            next = Register(new ReadNode(set, i == 0 && coreName != null ? coreName : $"\"{rest}\"", context, next));
        }

        return next;
    }

    private NfaNode BuildSequence(NumericSequence sequence, RuleContext context, NfaNode next, string? coreName)
    {
        for (int i = sequence.Values.Count - 1; i >= 0; i--)
        {
            int value = sequence.Values[i];
            string label = i == 0 && coreName != null ? coreName : OctetNames.Describe(value, value);
            next = BuildCharacters(value, value, label, context, next);
        }

        return next;
    }

    private NfaNode BuildRange(NumericRange range, RuleContext context, NfaNode next, string? coreName) =>
        BuildCharacters(range.First, range.Last, coreName ?? OctetNames.Describe(range.First, range.Last), context, next);

    /// <summary>Octets up to 0xFF stand for themselves; a value or range that goes above stands for characters in UTF-8.</summary>
    private NfaNode BuildCharacters(int first, int last, string label, RuleContext context, NfaNode next)
    {
        if (last <= 0xFF)
        {
            var set = new ByteSet();
            set.AddRange(first, last);
            return Register(new ReadNode(set, label, context, next));
        }

        ChoiceNode choice = Register(new ChoiceNode());
        foreach ((int First, int Last)[] sequence in Utf8Ranges.Split(first, last))
        {
            NfaNode node = next;
            for (int i = sequence.Length - 1; i >= 0; i--)
            {
                var set = new ByteSet();
                set.AddRange(sequence[i].First, sequence[i].Last);
                node = Register(new ReadNode(set, label, context, node));
            }

            choice.Ways.Add(node);
        }

        return choice;
    }

    private NfaNode BuildReference(RuleReference reference, RuleContext context, NfaNode next, string? coreName)
    {
        Rule rule = _grammar.Find(reference.Name)!;
        if (!_callsAll && _nesting.IsCalled(rule) && (next is ReturnNode or AcceptNode || _nesting.IsRightLinear(rule, _captureIndex.Keys)))
        {
            return LastEntryOf(rule, context, next);
        }

        if (_callsAll ? !rule.IsCore || _captureIndex.ContainsKey(rule) : _nesting.IsCalled(rule))
        {
            _calls.Add(new CallSite(rule, next));
            int symbol = _calls.Count - 1;
            return Register(new CallNode(rule, EntryOf(rule), symbol, next));
        }

        return BuildRule(rule, context, next, coreName);
    }

    /// <summary>
    /// Where a rule is entered that is the last thing another one reads: there is nothing to come back to, so it is no call. A rule
    /// that contains itself only in this way ("list = item [ "," list ]") is regular and needs no stack, whoever enters it.
    /// </summary>
    private NfaNode LastEntryOf(Rule rule, RuleContext context, NfaNode next)
    {
        if (!_lastEntries.TryGetValue((rule, next), out NfaNode? entry))
        {
            ChoiceNode way = Register(new ChoiceNode());
            _lastEntries.Add((rule, next), way);
            way.Ways.Add(BuildRule(rule, context, next, null));
            entry = way;
        }

        return entry;
    }

    /// <summary>Where calls enter a rule that nests; it is built once.</summary>
    private NfaNode EntryOf(Rule rule)
    {
        if (!_entries.TryGetValue(rule, out NfaNode? entry))
        {
            // Known before it is built, for it calls itself.
            ChoiceNode way = Register(new ChoiceNode());
            _entries.Add(rule, way);
            way.Ways.Add(BuildRule(rule, _rootContext, Register(new ReturnNode(rule)), null));
            entry = way;
        }

        return entry;
    }

    private NfaNode BuildRule(Rule rule, RuleContext context, NfaNode next, string? coreName)
    {
        bool isCaptured = _captureIndex.TryGetValue(rule, out int capture) && !_callsAll;
        if (isCaptured)
        {
            next = Register(new EventNode(new CaptureEvent(CaptureEventKind.Close, capture), next));
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_depth == MaximumDepth)
        {
            throw new UnbuildableException(TooDeep());
        }

        _depth++;
        NfaNode body = BuildAlternatives(rule.Alternatives, rule.IsCore && !isCaptured ? context : context.Enter(rule), next, rule.IsCore ? coreName ?? rule.Name : null);
        _depth--;
        return isCaptured ? Register(new EventNode(new CaptureEvent(CaptureEventKind.Open, capture), body)) : body;
    }
}
