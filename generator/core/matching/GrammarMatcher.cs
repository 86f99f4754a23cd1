using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Judges inputs by any grammar without left recursion, those included whose automaton would be too large, whose nesting or
/// whose captures cannot be decided while reading. Follows all readings at once and keeps them; so it needs the whole input,
/// memory for it, and time: where a grammar has an automaton, <see cref="AutomatonMatcher"/> is faster by orders of magnitude.
/// Both choose the same reading: the earlier alternative, then one more repetition, decided from left to right.
///
/// Every rule is entered by a call, and a rule entered at one place is followed once for all who enter it there; a caller goes
/// on wherever the rule is found to end. The captures are found afterwards: <see cref="ReadingChooser"/> walks the preferred
/// reading through what was found.
/// </summary>
public sealed class GrammarMatcher : IMatcher
{
    private readonly Rule _root;
    private readonly Nfa _nfa;
    private readonly HashSet<Rule> _captured;
    private readonly IReadOnlyList<string> _alternatives;
    private readonly List<Capture> _captures = new();
    private readonly List<string> _expected = new();
    private readonly Dictionary<NfaNode, MatchFrame> _enteredHere = new();
    private readonly Dictionary<(NfaNode Entry, int Start), MatchFrame> _frames = new();
    private readonly Stack<(MatchFrame Frame, NfaNode Node, EmptyRounds? Rounds)> _open = new();
    private List<(MatchFrame Frame, ReadNode Node)> _reads = new();
    private byte[] _input = new byte[0];

    private GrammarMatcher(Rule root, Nfa nfa, IEnumerable<Rule> captured, IReadOnlyList<string> alternatives)
    {
        _root = root;
        _nfa = nfa;
        _captured = new HashSet<Rule>(captured);
        _alternatives = alternatives;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Capture> Captures => _captures;

    /// <inheritdoc/>
    public string Alternative { get; private set; } = "";

    /// <inheritdoc/>
    public int FailedAt { get; private set; }

    /// <inheritdoc/>
    public string FailedRule { get; private set; } = "";

    /// <inheritdoc/>
    public IReadOnlyList<string> Expected => _expected;

    /// <summary>Makes a matcher; null with a diagnostic where even the rules by themselves are too large.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="root">The root rule; neither it nor a rule it uses may have an error.</param>
    /// <param name="captured">The rules whose places are noted.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    internal static GrammarMatcher? Create(Grammar grammar, Rule root, IReadOnlyList<Rule> captured, List<Diagnostic> diagnostics)
    {
        Nfa? nfa = NfaBuilder.BuildWithCalls(grammar, root, captured, diagnostics);
        return nfa == null ? null : new GrammarMatcher(root, nfa, captured, Compilation.NamesOf(root.Alternatives));
    }

    /// <inheritdoc/>
    public bool Match(byte[] input)
    {
        _input = input;
        _frames.Clear();
        _captures.Clear();
        _expected.Clear();
        Alternative = "";
        FailedRule = "";
        MatchFrame root = FollowAll(out bool accepted);
        if (!accepted)
        {
            Explain();
            return false;
        }

        var chooser = new ReadingChooser(input, _frames, _captured, _captures);
        int alternative = chooser.Choose(root);
        Alternative = _alternatives[alternative];
        if (_captured.Contains(_root))
        {
            _captures.Add(new Capture(_root, 0, input.Length));
        }

        _captures.Sort((a, b) => a.End != b.End ? a.End.CompareTo(b.End) : b.Start.CompareTo(a.Start));
        return true;
    }

    private MatchFrame FollowAll(out bool accepted)
    {
        var root = new MatchFrame(_nfa.Start, _root.Name, 0);
        var arrived = new List<(MatchFrame Frame, NfaNode Node)> { (root, _nfa.Start) };
        accepted = false;
        for (int at = 0; ; at++)
        {
            _reads = new List<(MatchFrame Frame, ReadNode Node)>();
            _enteredHere.Clear();
            accepted = Settle(arrived, at);
            arrived = new List<(MatchFrame Frame, NfaNode Node)>();
            FailedAt = at;
            if (at == _input.Length)
            {
                return root;
            }

            foreach ((MatchFrame frame, ReadNode node) in _reads)
            {
                if (node.Set.Contains(_input[at]))
                {
                    arrived.Add((frame, node.Next));
                }
            }

            if (arrived.Count == 0)
            {
                accepted = false;
                return root;
            }
        }
    }

    /// <summary>Follows all ways that read nothing; true when one of them comes to the root's end.</summary>
    private bool Settle(List<(MatchFrame Frame, NfaNode Node)> arrived, int at)
    {
        bool accepts = false;
        for (int i = arrived.Count - 1; i >= 0; i--)
        {
            _open.Push((arrived[i].Frame, arrived[i].Node, null));
        }

        while (_open.Count > 0)
        {
            (MatchFrame frame, NfaNode node, EmptyRounds? rounds) = _open.Pop();
            if (!frame.Visited.Add(new MatchPlace(node.Id, at, node is ReadNode ? null : rounds)))
            {
                continue;
            }

            switch (node)
            {
                case ReadNode read:
                    _reads.Add((frame, read));
                    break;
                case ChoiceNode choice:
                    for (int i = choice.Ways.Count - 1; i >= 0; i--)
                    {
                        _open.Push((frame, choice.Ways[i], rounds));
                    }

                    break;
                case EventNode happening:
                    _open.Push((frame, happening.Next, rounds));
                    break;
                case RoundNode { IsEnd: false } round:
                    _open.Push((frame, round.Next, new EmptyRounds(round.Round, rounds)));
                    break;
                case RoundNode round when rounds?.Round != round.Round:
                    _open.Push((frame, round.Next, rounds));
                    break;
                case CallNode call:
                    Enter(call, frame, rounds, at);
                    break;
                case ReturnNode:
                    Leave(frame, at);
                    break;
                case AcceptNode:
                    accepts = true;
                    frame.Ends.Add(at);
                    break;
            }
        }

        return accepts;
    }

    private void Enter(CallNode call, MatchFrame caller, EmptyRounds? rounds, int at)
    {
        if (_enteredHere.TryGetValue(call.Entry, out MatchFrame? frame))
        {
            frame.Callers.Add((call, caller, rounds));
            if (frame.Ends.Count > 0)
            {
                _open.Push((caller, call.Next, rounds));
            }

            return;
        }

        frame = new MatchFrame(call.Entry, call.Rule.Name, at);
        frame.Callers.Add((call, caller, rounds));
        _enteredHere.Add(call.Entry, frame);
        _frames.Add((call.Entry, at), frame);
        _open.Push((frame, call.Entry, null));
    }

    private void Leave(MatchFrame frame, int at)
    {
        // A rule may end in several ways at one place; that counts once.
        if (frame.Ends.Count > 0 && frame.Ends[frame.Ends.Count - 1] == at)
        {
            return;
        }

        frame.Ends.Add(at);
        foreach ((CallNode call, MatchFrame caller, EmptyRounds? rounds) in frame.Callers)
        {
            _open.Push((caller, call.Next, at == frame.Start ? rounds : null));
        }
    }

    private void Explain()
    {
        List<string>? common = null;
        foreach ((MatchFrame frame, ReadNode node) in _reads)
        {
            if (!_expected.Contains(node.Label))
            {
                _expected.Add(node.Label);
            }

            List<string> surroundings = frame.Surroundings();
            common = common == null ? surroundings : common.Where(surroundings.Contains).ToList();
        }

        FailedRule = common is { Count: > 0 } ? common[0] : _root.Name;
    }
}
