using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Walks the preferred one of all readings that <see cref="GrammarMatcher"/> found. A rule is walked knowing at which of its ends
/// its caller can go on; within it a way is good if it comes to one of these.
/// </summary>
internal sealed class ReadingChooser
{
    private readonly byte[] _input;
    private readonly Dictionary<(NfaNode Entry, int Start), MatchFrame> _frames;
    private readonly HashSet<Rule> _captured;
    private readonly List<Capture> _captures;
    private int _alternative;

    internal ReadingChooser(byte[] input, Dictionary<(NfaNode Entry, int Start), MatchFrame> frames, HashSet<Rule> captured, List<Capture> captures)
    {
        _input = input;
        _frames = frames;
        _captured = captured;
        _captures = captures;
    }

    /// <summary>Notes the captures of the preferred reading of the whole input and returns its alternative.</summary>
    internal int Choose(MatchFrame root)
    {
        // Walked with a stack of its own: how deep rules nest is up to the input.
        var walks = new Stack<Walk>();
        walks.Push(new Walk(this, root, new HashSet<int> { _input.Length }, null));
        while (walks.Count > 0)
        {
            Walk walk = walks.Peek();
            Walk? inner = walk.GoOn();
            if (inner != null)
            {
                walks.Push(inner);
                continue;
            }

            walks.Pop();
            if (walks.Count > 0)
            {
                walks.Peek().Resume(walk.End);
            }
        }

        return _alternative;
    }

    /// <summary>One rule at one place on its way to one of the allowed ends.</summary>
    private sealed class Walk
    {
        private readonly ReadingChooser _chooser;
        private readonly MatchFrame _frame;
        private readonly HashSet<int> _allowed;
        private readonly Rule? _rule;
        private readonly Dictionary<MatchPlace, bool> _good = new();
        private NfaNode _node;
        private EmptyRounds? _rounds;

        internal Walk(ReadingChooser chooser, MatchFrame frame, HashSet<int> allowed, Rule? rule)
        {
            _chooser = chooser;
            _frame = frame;
            _allowed = allowed;
            _rule = rule;
            _node = frame.Entry;
            End = frame.Start;
        }

        /// <summary>How far it has come.</summary>
        internal int End { get; private set; }

        /// <summary>Walks on to the end, or to a rule that must be walked first.</summary>
        internal Walk? GoOn()
        {
            while (true)
            {
                switch (_node)
                {
                    case ReadNode read:
                        _node = read.Next;
                        _rounds = null;
                        End++;
                        break;
                    case ChoiceNode choice:
                        _node = choice.Ways.First(way => IsGood(way, End, _rounds));
                        break;
                    case EventNode happening:
                        _chooser._alternative = happening.Event.Index;
                        _node = happening.Next;
                        break;
                    case RoundNode { IsEnd: false } round:
                        _rounds = new EmptyRounds(round.Round, _rounds);
                        _node = round.Next;
                        break;
                    case RoundNode round:
                        _node = round.Next;
                        break;
                    case CallNode call:
                        MatchFrame frame = _chooser._frames[(call.Entry, End)];
                        var ends = new HashSet<int>(frame.Ends.Where(end => IsGood(call.Next, end, end == End ? _rounds : null)));
                        return new Walk(_chooser, frame, ends, call.Rule);
                    default:
                        if (_rule != null && _chooser._captured.Contains(_rule))
                        {
                            _chooser._captures.Add(new Capture(_rule, _frame.Start, End));
                        }

                        return null;
                }
            }
        }

        /// <summary>Goes on behind a rule that ended.</summary>
        internal void Resume(int end)
        {
            if (end > End)
            {
                _rounds = null;
            }

            End = end;
            _node = ((CallNode)_node).Next;
        }

        /// <summary>Whether a way from here comes to an allowed end. No way comes back to where it was: empty rounds are not made.</summary>
        private bool IsGood(NfaNode node, int at, EmptyRounds? rounds)
        {
            var first = new MatchPlace(node.Id, at, node is ReadNode ? null : rounds);
            if (_good.TryGetValue(first, out bool known))
            {
                return known;
            }

            var open = new Stack<(NfaNode Node, MatchPlace Place, List<(NfaNode Node, MatchPlace Place)> Next, int Tried)>();
            open.Push((node, first, NextOf(node, first), 0));
            while (open.Count > 0)
            {
                (NfaNode current, MatchPlace place, List<(NfaNode Node, MatchPlace Place)> next, int tried) = open.Pop();
                bool isGood = tried > 0 && _good[next[tried - 1].Place];
                if (!isGood && tried == 0)
                {
                    isGood = current is ReturnNode or AcceptNode && _allowed.Contains(place.At);
                }

                if (isGood || tried == next.Count)
                {
                    _good[place] = isGood;
                    continue;
                }

                open.Push((current, place, next, tried + 1));
                if (!_good.ContainsKey(next[tried].Place))
                {
                    open.Push((next[tried].Node, next[tried].Place, NextOf(next[tried].Node, next[tried].Place), 0));
                }
            }

            return _good[first];
        }

        private List<(NfaNode Node, MatchPlace Place)> NextOf(NfaNode node, MatchPlace place)
        {
            var next = new List<(NfaNode, MatchPlace)>();
            switch (node)
            {
                case ReadNode read when place.At < _chooser._input.Length && read.Set.Contains(_chooser._input[place.At]):
                    Add(read.Next, place.At + 1, null);
                    break;
                case ChoiceNode choice:
                    choice.Ways.ForEach(way => Add(way, place.At, place.Rounds));
                    break;
                case EventNode happening:
                    Add(happening.Next, place.At, place.Rounds);
                    break;
                case RoundNode { IsEnd: false } round:
                    Add(round.Next, place.At, new EmptyRounds(round.Round, place.Rounds));
                    break;
                case RoundNode round when place.Rounds?.Round != round.Round:
                    Add(round.Next, place.At, place.Rounds);
                    break;
                case CallNode call:
                    foreach (int end in _chooser._frames[(call.Entry, place.At)].Ends)
                    {
                        Add(call.Next, end, end == place.At ? place.Rounds : null);
                    }

                    break;
            }

            return next;

            void Add(NfaNode to, int at, EmptyRounds? rounds) => next.Add((to, new MatchPlace(to.Id, at, to is ReadNode ? null : rounds)));
        }
    }
}
