using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Finds the shortest inputs that come by a meeting of two readings, shortest first. Walks the deterministic automaton with its
/// stack, towards the meetings: how far each state is from one if the stack were no hindrance is known beforehand, so that the
/// first input found is the shortest. Where rules nest there is no end of stacks; so it gives up after so many places, and after so
/// many octets, and then nothing is told.
/// </summary>
internal sealed class WitnessSearch
{
    /// <summary>How many pairs of a state and a stack are looked at.</summary>
    private const int MostPlaces = 60_000;

    /// <summary>A longer input tells an author nothing.</summary>
    private const int Longest = 1_000;

    private readonly Nfa _nfa;
    private readonly Transducer _transducer;
    private readonly NfaDistances _distances;
    private readonly int[] _pleasant;
    private readonly Dictionary<(int State, int Way), List<Ending>> _endings = new();
    private readonly Dictionary<int, List<Way>> _ways = new();
    private readonly Dictionary<int, CallStack> _shortestWays = new();
    private readonly BucketQueue<Step> _open = new(Longest);
    private readonly int[] _ahead;

    internal WitnessSearch(Nfa nfa, Transducer transducer, IReadOnlyList<Meeting> meetings)
    {
        _nfa = nfa;
        _transducer = transducer;
        _distances = new NfaDistances(nfa);
        _pleasant = PleasantOctets(transducer.Classes);
        _ahead = Enumerable.Repeat(Longest + 1, transducer.States.Count).ToArray();
        foreach (Meeting meeting in meetings)
        {
            AddEnding(meeting);
        }

        LookAhead();
    }

    /// <summary>The inputs, the shortest first.</summary>
    internal IEnumerable<byte[]> Inputs()
    {
        var seen = new HashSet<(int, CallStack)>();
        CallStack stack = Pushed(CallStack.CreateEmpty(), _transducer.InitialActions);
        AddEnds(null, -1, -1, CallStack.CreateEmpty());
        Add(new Step(null, -1, 0, stack, 0));
        while (_open.TryTake(out _, out Step step))
        {
            if (step.End is { } end)
            {
                yield return InputOf(step, end);
            }
            else if (seen.Add((step.State, step.Stack)))
            {
                if (seen.Count > MostPlaces)
                {
                    yield break;
                }

                Expand(step);
            }
        }
    }

    private void Expand(Step step)
    {
        bool returns = _transducer.States[step.State].IsReturning;
        if (returns && step.Stack.IsEmpty)
        {
            return;
        }

        CallStack stack = returns ? step.Stack.Pop() : step.Stack;
        foreach (Way way in WaysOf(step.State))
        {
            if (!returns || way.Index == step.Stack.Top)
            {
                int octet = returns ? -1 : _pleasant[way.Index];
                AddEnds(step, way.Index, octet, stack);
                if (way.Target >= 0)
                {
                    Add(new Step(step, octet, way.Target, Pushed(stack, way.Actions), step.Length + (returns ? 0 : 1)));
                }
            }
        }
    }

    private void Add(Step step) => _open.Add(step.Length + _ahead[step.State], step);

    /// <summary>Adds the inputs that meet on a way, each completed on the shortest way.</summary>
    private void AddEnds(Step? step, int way, int octet, CallStack stack)
    {
        if (!_endings.TryGetValue((step?.State ?? -1, way), out List<Ending>? endings))
        {
            return;
        }

        int length = (step?.Length ?? 0) + (octet < 0 ? 0 : 1);
        foreach (Ending ending in endings)
        {
            int total = length + ending.Length + Completion(stack);
            _open.Add(total, new Step(step, octet, -1, stack, total) { End = ending });
        }
    }

    private byte[] InputOf(Step last, Ending end)
    {
        var input = new List<byte>();
        for (Step? step = last; step != null; step = step.Previous)
        {
            if (step.Octet >= 0)
            {
                input.Add((byte)step.Octet);
            }
        }

        input.Reverse();
        IEnumerable<NfaNode> callers = CallsFromTop(end.Stack).Concat(CallsFromTop(last.Stack)).Select(call => _nfa.Calls[call].Next);
        input.AddRange(_distances.ShortestFrom(end.Node, callers).Select(set => (byte)_pleasant.Where(set.Contains).OrderByDescending(Pleasantness).First()));
        return input.ToArray();
    }

    private int Completion(CallStack stack) => CallsFromTop(stack).Sum(call => _distances.ToEnd(_nfa.Calls[call].Next));

    private IEnumerable<int> CallsFromTop(CallStack stack) => stack.FromTop().SelectMany(symbol => ShortestWay(symbol).FromTop());

    /// <summary>Of the calls that a symbol stands for those behind which an input ends soonest: what meets inside meets in each of them.</summary>
    private CallStack ShortestWay(int symbol)
    {
        if (!_shortestWays.TryGetValue(symbol, out CallStack? shortest))
        {
            shortest = _transducer.StackSymbols[symbol].Select(way => way.Calls).OrderBy(calls => calls.FromTop().Sum(call => _distances.ToEnd(_nfa.Calls[call].Next))).First();
            _shortestWays.Add(symbol, shortest);
        }

        return shortest;
    }

    private CallStack Pushed(CallStack stack, int actions)
    {
        foreach (ParserAction action in _transducer.ActionLists[actions])
        {
            if (action.Kind == ActionKind.Push)
            {
                stack = stack.Push(action.Index);
            }
        }

        return stack;
    }

    /// <summary>The ways out of a state that differ, and those on which readings meet.</summary>
    private List<Way> WaysOf(int state)
    {
        if (!_ways.TryGetValue(state, out List<Way>? ways))
        {
            TransducerState from = _transducer.States[state];
            var known = new HashSet<(int, int)>();
            ways = new List<Way>();
            foreach (int index in Enumerable.Range(0, from.Targets.Length).OrderByDescending(i => from.IsReturning ? 0 : Pleasantness(_pleasant[i])))
            {
                bool isNew = from.Targets[index] >= 0 && (from.IsReturning || known.Add((from.Targets[index], from.Actions[index])));
                if (isNew || _endings.ContainsKey((state, index)))
                {
                    ways.Add(new Way(index, isNew ? from.Targets[index] : -1, from.Actions[index]));
                }
            }

            _ways.Add(state, ways);
        }

        return ways;
    }

    /// <summary>Finds how an input goes on from where readings meet: a round that has read nothing must read before it ends.</summary>
    private void AddEnding(Meeting meeting)
    {
        int best = Longest + 1;
        Ending? found = null;
        var seen = new HashSet<(NfaNode, CallStack, EmptyRounds?)>();
        var open = new Stack<(NfaNode Node, CallStack Stack, EmptyRounds? Rounds)>();
        open.Push((meeting.Node, meeting.Stack, meeting.Rounds));
        while (open.Count > 0)
        {
            (NfaNode node, CallStack stack, EmptyRounds? rounds) = open.Pop();
            if (!seen.Add((node, stack, rounds)))
            {
                continue;
            }

            switch (node)
            {
                case ChoiceNode choice when rounds != null:
                    choice.Ways.ForEach(way => open.Push((way, stack, rounds)));
                    break;
                case EventNode happening when rounds != null:
                    open.Push((happening.Next, stack, rounds));
                    break;
                case CallNode call when rounds != null:
                    open.Push((call.Entry, stack.Push(call.Symbol), rounds));
                    break;
                case ReturnNode when rounds != null && !stack.IsEmpty:
                    open.Push((_nfa.Calls[stack.Top].Next, stack.Pop(), rounds));
                    break;
                case RoundNode { IsEnd: false } round when rounds != null:
                    open.Push((round.Next, stack, new EmptyRounds(round.Round, rounds)));
                    break;
                case RoundNode round when rounds != null:
                    if (rounds.Round != round.Round)
                    {
                        open.Push((round.Next, stack, rounds));
                    }

                    break;
                default:
                    int length = _distances.ToEnd(node) + Completion(stack);
                    if (length < best)
                    {
                        best = length;
                        found = new Ending(node, stack, length);
                    }

                    break;
            }
        }

        if (found != null)
        {
            if (!_endings.TryGetValue((meeting.State, meeting.Way), out List<Ending>? endings))
            {
                endings = new List<Ending>();
                _endings.Add((meeting.State, meeting.Way), endings);
            }

            endings.Add(found);
        }
    }

    /// <summary>Finds how few octets each state is from the end of an input that meets, whatever is on the stack.</summary>
    private void LookAhead()
    {
        var previous = new List<(int State, int Cost)>?[_transducer.States.Count];
        var open = new BucketQueue<int>(Longest);
        foreach (TransducerState state in _transducer.States)
        {
            int cost = state.IsReturning ? 0 : 1;
            foreach (int target in state.Targets.Where(t => t >= 0).Distinct())
            {
                (previous[target] ??= new List<(int, int)>()).Add((state.Id, cost));
            }
        }

        foreach (KeyValuePair<(int State, int Way), List<Ending>> ending in _endings.Where(e => e.Key.State >= 0))
        {
            int cost = _transducer.States[ending.Key.State].IsReturning ? 0 : 1;
            Approach(ending.Key.State, cost + ending.Value.Min(e => e.Length), open);
        }

        while (open.TryTake(out int distance, out int target))
        {
            if (distance == _ahead[target])
            {
                previous[target]?.ForEach(before => Approach(before.State, distance + before.Cost, open));
            }
        }
    }

    private void Approach(int state, int distance, BucketQueue<int> open)
    {
        if (distance < _ahead[state])
        {
            _ahead[state] = distance;
            open.Add(distance, state);
        }
    }

    private static int Pleasantness(int octet) => "~}|{`_^]\\[@?>=<;:/.-,+*)('&%$#\"! ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcb9876543210a".IndexOf((char)octet);

    /// <summary>For each class an octet that people like to read.</summary>
    private static int[] PleasantOctets(ByteClasses classes)
    {
        int[] pleasant = classes.Representatives.ToArray();
        for (int octet = ' '; octet <= '~'; octet++)
        {
            int octetClass = classes.Map[octet];
            if (Pleasantness(octet) > Pleasantness(pleasant[octetClass]))
            {
                pleasant[octetClass] = octet;
            }
        }

        return pleasant;
    }

    /// <summary>A way out of a state: its class of octets or symbol, and where it leads; -1 where readings only meet on it.</summary>
    private readonly record struct Way(int Index, int Target, int Actions);

    /// <summary>How an input ends behind a meeting: from this node, behind these calls, in so many octets.</summary>
    private sealed record Ending(NfaNode Node, CallStack Stack, int Length);

    /// <summary>A place an input comes to, and the way there.</summary>
    private sealed record Step(Step? Previous, int Octet, int State, CallStack Stack, int Length)
    {
        /// <summary>Set where the readings have met.</summary>
        internal Ending? End { get; init; }
    }
}
