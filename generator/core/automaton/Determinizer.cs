using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The subset construction, with captures.
///
/// A state is the ordered list of all readings of the input so far, the preferred first: an earlier alternative before a
/// later one, one more repetition before going on. Two readings that are at the same node have the same future, so only the
/// preferred one is kept; that is the whole of disambiguation.
///
/// A capture event (a rule begins, a rule ends) happens in a reading. As soon as it has happened in every reading it becomes
/// an action of the transition; until then it is pending in its reading, with its age in octets. Events that stay pending
/// longer than <see cref="OldestAge"/> octets move to a register, for a state must be finite. That a rule begins is noted
/// at once even if only some readings say so, where no other reading has a different beginning of this rule in mind: should
/// those readings end, nobody looks at the note. (Not so in a state that reads runs: there it would be noted at every octet,
/// while one octet later most such readings have ended.) In practice nearly every event is settled at once or one octet later, and a
/// parser does no more than store an offset now and then.
///
/// A rule that nests is entered by a call. Each reading has the calls it is inside of on a stack of its own, but what all
/// readings have at the bottom is moved to the parser's stack. When a reading comes to the end of a rule that only the
/// parser's stack knows the caller of, the state is a returning one: the parser takes the top off its stack, and every other
/// reading gets it back at its bottom.
/// </summary>
internal sealed class Determinizer
{
    /// <summary>Pending events older than this go to a register: each age is a state of its own.</summary>
    internal const int OldestAge = 2;

    /// <summary>More pending events in one reading mean that their number has no bound.</summary>
    private const int MostPending = 48;

    /// <summary>
    /// More states with the same readings that differ only in what is pending mean the same: every way round some loop
    /// leaves other events pending. Grammars with decidable captures stay far below.
    /// </summary>
    private const int MostVariants = 200;

    /// <summary>Past this many readings in all states together a grammar is refused: each costs time, and an editor waits for it.</summary>
    internal const int MaximumReadings = 300_000;

    /// <summary>Past this many steps a grammar is refused, whatever it has come to: where readings multiply no other limit may be near.</summary>
    private const int MaximumSteps = 6_000_000;

    /// <summary>Past this many states a grammar is refused.</summary>
    private const int MaximumStates = 60_000;

    /// <summary>So many repetitions within each other may be entered without an octet.</summary>
    private const int DeepestRounds = 200;

    /// <summary>More calls that readings do not share mean that their number has no bound.</summary>
    private const int DeepestStack = 16;

    private static readonly Pending[] NothingPending = new Pending[0];

    private readonly Rule _root;
    private readonly IReadOnlyList<Rule> _captures;
    private readonly Transducer _result;
    private readonly Dictionary<string, int> _known = new();
    private readonly Dictionary<string, int> _variants = new();
    private readonly Dictionary<string, bool> _readsRuns = new();
    private readonly Queue<TransducerState> _open = new();
    private readonly int[] _visited;
    private readonly IReadOnlyList<Pending>[] _visitedWith;
    private readonly AmbiguityWitness _witness;
    private readonly IReadOnlyList<CallSite> _calls;
    private readonly StackSymbols _symbols;
    private readonly StackTops _tops = new();
    private readonly Dictionary<(int Node, CallStack Stack), IReadOnlyList<Pending>> _visitedInCalls = new();
    private readonly Dictionary<(int Node, CallStack Stack, EmptyRounds Rounds), IReadOnlyList<Pending>> _visitedInRounds = new();
    private int _mostReadings;
    private int _visit;
    private int _readingCount;
    private int _steps;

    private Determinizer(Rule root, IReadOnlyList<Rule> captures, Nfa nfa, ByteClasses classes, AmbiguityWitness witness)
    {
        _root = root;
        _captures = captures;
        _calls = nfa.Calls;
        _symbols = new StackSymbols(nfa.Calls);
        _result = new Transducer(classes, _symbols);
        _visited = new int[nfa.NodeCount];
        _visitedWith = new IReadOnlyList<Pending>[nfa.NodeCount];
        _witness = witness;
    }

    /// <summary>Builds the automaton; null with a diagnostic where it would be too large or its captures are not decidable.</summary>
    internal static Transducer? Run(Rule root, IReadOnlyList<Rule> captures, Nfa nfa, List<Diagnostic> diagnostics, int mostReadings = MaximumReadings)
    {
        var reads = new List<ReadNode>();
        Collect(nfa.Start, new bool[nfa.NodeCount], reads);
        ByteClasses classes = ByteClasses.Of(reads.Select(r => r.Set));
        var witness = new AmbiguityWitness();
        var determinizer = new Determinizer(root, captures, nfa, classes, witness) { _mostReadings = mostReadings };
        try
        {
            determinizer.Run(nfa.Start);
            witness.Tell(nfa, determinizer._result, captures, diagnostics);
            determinizer._result.RemoveIdleOpenings();
            return determinizer._result;
        }
        catch (UnbuildableException unbuildable)
        {
            diagnostics.Add(unbuildable.Diagnostic ?? determinizer.TooLarge(MaximumStates, "states"));
            return null;
        }
    }

    private static void Collect(NfaNode start, bool[] seen, List<ReadNode> reads)
    {
        var open = new Stack<NfaNode>();
        open.Push(start);
        while (open.Count > 0)
        {
            NfaNode node = open.Pop();
            if (seen[node.Id])
            {
                continue;
            }

            seen[node.Id] = true;
            switch (node)
            {
                case ReadNode read:
                    reads.Add(read);
                    open.Push(read.Next);
                    break;
                case EventNode happening:
                    open.Push(happening.Next);
                    break;
                case RoundNode round:
                    open.Push(round.Next);
                    break;
                case CallNode call:
                    open.Push(call.Entry);
                    open.Push(call.Next);
                    break;
                case ChoiceNode choice:
                    choice.Ways.ForEach(open.Push);
                    break;
            }
        }
    }

    private void Run(NfaNode start)
    {
        var readings = new List<Reading>();
        BeginStep();
        _witness.At(-1, -1);
        Follow(start, -1, NothingPending, _symbols.NoCalls, readings);
        var actions = new List<ParserAction>();
        Enter(readings, actions);
        _result.InitialActions = _result.Intern(actions);
        _tops.Start(actions);
        while (_open.Count > 0 || _tops.Count > 0)
        {
            if (_open.Count > 0)
            {
                Expand(_open.Dequeue());
                continue;
            }

            (int state, int symbol) = _tops.Take();
            if (_result.States[state].IsReturning)
            {
                ExpandReturning(_result.States[state], symbol);
            }
        }

        foreach (TransducerState returning in _result.States.Where(s => s.IsReturning))
        {
            returning.WidenTo(_symbols.Count);
        }
    }

    private void BeginStep()
    {
        _visit++;
        _visitedInCalls.Clear();
        _visitedInRounds.Clear();
    }

    /// <summary>Whether a reading of this step is at a node already, with the same calls; if not, it is from now on.</summary>
    private bool IsTaken(NfaNode node, IReadOnlyList<Pending> events, CallStack stack, EmptyRounds? rounds = null)
    {
        // Inside a round that has read nothing the future is another: the round's end is closed. Once it reads it is the same.
        if (rounds != null && node is not ReadNode)
        {
            if (!_visitedInRounds.TryGetValue((node.Id, stack, rounds), out IReadOnlyList<Pending>? before))
            {
                _visitedInRounds.Add((node.Id, stack, rounds), events);
                return false;
            }

            Meet(before, events, node, stack, rounds);
            return true;
        }

        if (!stack.IsEmpty)
        {
            if (!_visitedInCalls.TryGetValue((node.Id, stack), out IReadOnlyList<Pending>? before))
            {
                _visitedInCalls.Add((node.Id, stack), events);
                return false;
            }

            Meet(before, events, node, stack, null);
            return true;
        }

        if (_visited[node.Id] == _visit)
        {
            Meet(_visitedWith[node.Id], events, node, stack, null);
            return true;
        }

        _visited[node.Id] = _visit;
        _visitedWith[node.Id] = events;
        return false;
    }

    /// <summary>A reading comes to where a preferred one is already.</summary>
    private void Meet(IReadOnlyList<Pending> kept, IReadOnlyList<Pending> dropped, NfaNode node, CallStack stack, EmptyRounds? rounds)
    {
        if (!ReferenceEquals(kept, dropped) && !SameEvents(kept, dropped))
        {
            _witness.Dropped(node, stack, rounds);
        }
    }

    /// <summary>Goes on behind the calls of a symbol that may be on top of the parser's stack, the preferred call first.</summary>
    private void ExpandReturning(TransducerState state, int symbol)
    {
        // Someone else entered the rule that has ended.
        Rule rule = _calls[_symbols[symbol][0].Calls.Top].Rule;
        if (!state.Readings.Any(r => (r.Node as ReturnNode)?.Rule == rule))
        {
            return;
        }

        var readings = new List<Reading>();
        BeginStep();
        _witness.At(state.Id, symbol);
        foreach (SharedCall shared in _symbols[symbol])
        {
            foreach (Reading reading in state.Readings)
            {
                int alternative = shared.Alternative < 0 ? reading.Alternative : shared.Alternative;
                if (!reading.IsReturning)
                {
                    CallStack stack = shared.Calls.Followed(reading.Stack);
                    if (!IsTaken(reading.Node, reading.Pending, stack))
                    {
                        readings.Add(new Reading(reading.Node, alternative, reading.Pending, stack));
                    }
                }
                else if (((ReturnNode)reading.Node).Rule == rule)
                {
                    Follow(_calls[shared.Calls.Top].Next, alternative, reading.Pending, shared.Calls.Pop(), readings);
                }
            }
        }

        state.WidenTo(_symbols.Count);
        List<ParserAction> actions = Connect(state, symbol, readings);
        _tops.Return(symbol, state.Targets[symbol], actions);
    }

    /// <summary>Enters the state that some readings are, and notes the way to it; returns what is done on it.</summary>
    private List<ParserAction> Connect(TransducerState state, int way, List<Reading> readings)
    {
        var actions = new List<ParserAction>();
        state.Targets[way] = Enter(readings, actions);
        state.Actions[way] = _result.Intern(actions);
        return actions;
    }

    private void Expand(TransducerState state)
    {
        // Octets that the same readings take lead the same way: what was found for the first such class holds for all.
        var known = new List<(int OctetClass, List<Reading> Takers)>();
        var takers = new List<Reading>();
        for (int octetClass = 0; octetClass < _result.Classes.Count; octetClass++)
        {
            FindTakers(state, _result.Classes.Representatives[octetClass], takers);
            int same = 0;
            while (same < known.Count && !AreSame(known[same].Takers, takers))
            {
                same++;
            }

            if (takers.Count == 0)
            {
                state.Targets[octetClass] = -1;
            }
            else if (same < known.Count)
            {
                state.Targets[octetClass] = state.Targets[known[same].OctetClass];
                state.Actions[octetClass] = state.Actions[known[same].OctetClass];
            }
            else
            {
                Expand(state, octetClass, takers);
                known.Add((octetClass, takers));
                takers = new List<Reading>();
            }
        }
    }

    private void Expand(TransducerState state, int octetClass, List<Reading> takers)
    {
        var readings = new List<Reading>();
        BeginStep();
        _witness.At(state.Id, octetClass);
        foreach (Reading reading in takers)
        {
            Follow(((ReadNode)reading.Node).Next, reading.Alternative, Aged(reading.Pending), reading.Stack, readings);
        }

        List<ParserAction> actions = Connect(state, octetClass, readings);
        _tops.Read(state.Id, state.Targets[octetClass], actions);
    }

    private static void FindTakers(TransducerState state, int octet, List<Reading> takers)
    {
        takers.Clear();
        foreach (Reading reading in state.Readings)
        {
            if (reading.Node is ReadNode read && read.Set.Contains(octet))
            {
                takers.Add(reading);
            }
        }
    }

    private static bool AreSame(List<Reading> a, List<Reading> b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (int i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }

    private static IReadOnlyList<Pending> Aged(IReadOnlyList<Pending> pending)
    {
        if (pending.Count == 0)
        {
            return pending;
        }

        var aged = new Pending[pending.Count];
        for (int i = 0; i < aged.Length; i++)
        {
            Place place = pending[i].Place;
            aged[i] = new Pending(pending[i].Event, place.IsRegister ? place : Place.Ago(place.Value + 1));
        }

        return aged;
    }

    /// <summary>Follows all ways from a node that read nothing, the preferred first, and lists where they come to read.</summary>
    private void Follow(NfaNode start, int alternative, IReadOnlyList<Pending> pending, CallStack stack, List<Reading> readings)
    {
        var open = new Stack<Reading>();
        open.Push(new Reading(start, alternative, pending, stack));
        while (open.Count > 0)
        {
            Reading reading = open.Pop();
            if (++_steps > MaximumSteps)
            {
                throw new UnbuildableException(TooLarge(MaximumSteps, "steps of its construction"));
            }

            if (IsTaken(reading.Node, reading.Pending, reading.Stack, reading.Rounds))
            {
                continue;
            }

            switch (reading.Node)
            {
                case ChoiceNode choice:
                    for (int i = choice.Ways.Count - 1; i >= 0; i--)
                    {
                        open.Push(new Reading(choice.Ways[i], reading.Alternative, reading.Pending, reading.Stack, reading.Rounds));
                    }

                    break;
                case EventNode { Event.Kind: CaptureEventKind.Alternative } happening:
                    open.Push(new Reading(happening.Next, happening.Event.Index, reading.Pending, reading.Stack, reading.Rounds));
                    break;
                case EventNode happening:
                    IReadOnlyList<Pending> events = Append(reading.Pending, new Pending(happening.Event, Place.Ago(0)));
                    open.Push(new Reading(happening.Next, reading.Alternative, events, reading.Stack, reading.Rounds));
                    break;
                case CallNode call:
                    open.Push(new Reading(call.Entry, reading.Alternative, reading.Pending, Pushed(reading.Stack, call), reading.Rounds));
                    break;
                case ReturnNode when !reading.Stack.IsEmpty:
                    open.Push(new Reading(_calls[reading.Stack.Top].Next, reading.Alternative, reading.Pending, reading.Stack.Pop(), reading.Rounds));
                    break;
                case RoundNode { IsEnd: false } when reading.Rounds?.Depth >= DeepestRounds:
                    throw new UnbuildableException(TooLarge(DeepestRounds, "repetitions within repetitions that may all be empty"));
                case RoundNode { IsEnd: false } round:
                    open.Push(new Reading(round.Next, reading.Alternative, reading.Pending, reading.Stack, new EmptyRounds(round.Round, reading.Rounds)));
                    break;
                case RoundNode round:
                    if (reading.Rounds?.Round != round.Round)
                    {
                        open.Push(new Reading(round.Next, reading.Alternative, reading.Pending, reading.Stack, reading.Rounds));
                    }

                    break;
                default:
                    readings.Add(reading);
                    break;
            }
        }
    }

    private CallStack Pushed(CallStack stack, CallNode call)
    {
        if (stack.Depth >= DeepestStack)
        {
            throw new UnbuildableException(Overgrowth.ExplainDepth(_root, _calls[call.Symbol].Rule, _result, DeepestStack));
        }

        return stack.Push(call.Symbol);
    }

    private static bool SameEvents(IReadOnlyList<Pending> a, IReadOnlyList<Pending> b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (int i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }

    private IReadOnlyList<Pending> Append(IReadOnlyList<Pending> pending, Pending last)
    {
        if (pending.Count >= MostPending)
        {
            throw Undecidable(pending);
        }

        var longer = new Pending[pending.Count + 1];
        for (int i = 0; i < pending.Count; i++)
        {
            longer[i] = pending[i];
        }

        longer[pending.Count] = last;
        return longer;
    }

    private UnbuildableException Undecidable(IEnumerable<Pending> pending) =>
        new(Overgrowth.Undecidable(_root, pending.Select(p => _captures[p.Event.Index]).Distinct()));

    private Diagnostic TooLarge(int limit, string what) => Overgrowth.Explain(_root, _captures, _result, _calls, limit, what);

    /// <summary>Refuses to go on where the states can have no end, or none that anyone would wait for.</summary>
    private void CheckGrowth(List<Reading> readings)
    {
        _readingCount += readings.Count;
        if (_readingCount > _mostReadings)
        {
            throw new UnbuildableException(TooLarge(_mostReadings, "readings"));
        }

        if (readings.TrueForAll(r => r.Pending.Count == 0))
        {
            return;
        }

        string key = string.Join(";", readings.Select(r => r.Node.Id + "|" + r.Stack.Id));
        _variants.TryGetValue(key, out int count);
        if (count >= MostVariants)
        {
            throw Undecidable(readings.SelectMany(r => r.Pending));
        }

        _variants[key] = count + 1;
    }

    /// <summary>Settles what all readings agree on, names the registers, and returns the state these readings are.</summary>
    private int Enter(List<Reading> readings, List<ParserAction> actions)
    {
        SettleAlternative(readings, actions);
        do
        {
            SettleEvents(readings, actions);
        }
        while (SettleOpening(readings, actions));
        SettleCalls(readings, actions);
        NameRegisters(readings, actions);
        string key = KeyOf(readings);
        if (_known.TryGetValue(key, out int id))
        {
            return id;
        }

        id = _result.States.Count;
        if (id >= MaximumStates)
        {
            throw new UnbuildableException(null);
        }

        CheckGrowth(readings);
        var state = new TransducerState(id, readings, readings.Any(r => r.IsReturning) ? _symbols.Count : _result.Classes.Count);
        SetFinal(state);
        _known.Add(key, id);
        _result.States.Add(state);
        if (!state.IsReturning)
        {
            _open.Enqueue(state);
        }

        return id;
    }

    private static void SettleAlternative(List<Reading> readings, List<ParserAction> actions)
    {
        int alternative = readings[0].Alternative;
        if (alternative < 0 || readings.Any(r => r.Alternative != alternative))
        {
            return;
        }

        actions.Add(new ParserAction(ActionKind.SetAlternative, alternative, Place.Ago(0)));
        readings.ForEach(r => r.Alternative = -1);
    }

    /// <summary>Acts on the events that all readings have in common.</summary>
    private static void SettleEvents(List<Reading> readings, List<ParserAction> actions)
    {
        int agreed = readings[0].Pending.Count;
        foreach (Reading reading in readings)
        {
            agreed = Math.Min(agreed, reading.Pending.Count);
            for (int i = 0; i < agreed; i++)
            {
                if (reading.Pending[i] != readings[0].Pending[i])
                {
                    agreed = i;
                }
            }
        }

        if (agreed == 0)
        {
            return;
        }

        for (int i = 0; i < agreed; i++)
        {
            AddEvent(readings[0].Pending[i], actions);
        }

        readings.ForEach(r => r.Pending = r.Pending.Skip(agreed).ToArray());
    }

    /// <summary>Notes the beginning of one rule ahead of time, where that disturbs no reading; false when there is none to note.</summary>
    private bool SettleOpening(List<Reading> readings, List<ParserAction> actions)
    {
        // With rules that nest, a beginning may be noted by a caller whom this state does not know of.
        if (_calls.Count > 0 || readings.TrueForAll(r => r.Pending.Count == 0))
        {
            return false;
        }

        for (int capture = 0; capture < _captures.Count; capture++)
        {
            List<Pending> openings = readings
                .SelectMany(r => r.Pending.Where(p => p.Event == new CaptureEvent(CaptureEventKind.Open, capture)))
                .Distinct().ToList();
            if (openings.Count != 1 || (openings[0].Place == Place.Ago(0) && ReadsRuns(readings)) || readings.Any(r => r.Pending.Count(p => p == openings[0]) > 1 || r.IsWithin(capture, _captures[capture])))
            {
                continue;
            }

            AddEvent(openings[0], actions);
            readings.ForEach(r => r.Pending = r.Pending.Where(p => p != openings[0]).ToArray());
            return true;
        }

        return false;
    }

    /// <summary>Moves the calls that all readings are inside of to the parser's stack.</summary>
    private void SettleCalls(List<Reading> readings, List<ParserAction> actions)
    {
        while (true)
        {
            int symbol;
            if (!readings[0].Stack.IsEmpty && readings.TrueForAll(r => !r.Stack.IsEmpty && r.Stack.Bottom == readings[0].Stack.Bottom))
            {
                symbol = readings[0].Stack.Bottom;
                readings.ForEach(r => r.Stack = r.Stack.WithoutBottom());
            }
            else if (SharedCalls.Find(readings, out List<Reading> inside) is { } shared)
            {
                symbol = _symbols.Intern(shared);
                readings.Clear();
                readings.AddRange(inside);
            }
            else
            {
                return;
            }

            actions.Add(new ParserAction(ActionKind.Push, symbol, Place.Ago(0)));
        }
    }

    /// <summary>Whether some octet leads back to the very nodes these readings are at.</summary>
    private bool ReadsRuns(List<Reading> readings)
    {
        string key = string.Join(",", readings.Select(r => r.Node.Id));
        if (!_readsRuns.TryGetValue(key, out bool answer))
        {
            answer = _result.Classes.Representatives.Any(octet => LeadsBack(readings, octet));
            _readsRuns.Add(key, answer);
        }

        return answer;
    }

    private bool LeadsBack(List<Reading> readings, int octet)
    {
        var next = new List<Reading>();
        BeginStep();
        _witness.Pause();
        foreach (Reading reading in readings)
        {
            if (reading.Node is ReadNode read && read.Set.Contains(octet))
            {
                Follow(read.Next, -1, NothingPending, _symbols.NoCalls, next);
            }
        }

        return next.Count == readings.Count && next.Select(r => r.Node).SequenceEqual(readings.Select(r => r.Node));
    }

    private static void AddEvent(Pending pending, List<ParserAction> actions) => actions.Add(new ParserAction(
        pending.Event.Kind == CaptureEventKind.Open ? ActionKind.Open : ActionKind.Close, pending.Event.Index, pending.Place));

    /// <summary>
    /// Gives registers to places that are too long ago, and numbers all registers by their first use in the state, so that
    /// equal situations are equal states. The moves this takes are made as if at once: through spare registers where one
    /// would overwrite what another still needs.
    /// </summary>
    private void NameRegisters(List<Reading> readings, List<ParserAction> actions)
    {
        var sources = new List<Place>();
        foreach (Reading reading in readings)
        {
            for (int i = 0; i < reading.Pending.Count; i++)
            {
                Place place = reading.Pending[i].Place;
                if (!place.IsRegister && place.Value <= OldestAge)
                {
                    continue;
                }

                int register = sources.IndexOf(place);
                if (register < 0)
                {
                    register = sources.Count;
                    sources.Add(place);
                }

                if (place != Place.InRegister(register))
                {
                    var renamed = reading.Pending.ToArray();
                    renamed[i] = new Pending(renamed[i].Event, Place.InRegister(register));
                    reading.Pending = renamed;
                }
            }
        }

        AddMoves(sources, actions);
        _result.RegisterCount = Math.Max(_result.RegisterCount, sources.Count);
    }

    private void AddMoves(List<Place> sources, List<ParserAction> actions)
    {
        var moves = new List<(int To, Place From)>();
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i] != Place.InRegister(i))
            {
                moves.Add((i, sources[i]));
            }
        }

        int spare = sources.Count;
        while (moves.Count > 0)
        {
            int free = moves.FindIndex(m => !moves.Any(other => other.To != m.To && other.From == Place.InRegister(m.To)));
            if (free < 0)
            {
                // A cycle: save the first target's value, and let whoever needs it take the copy.
                int saved = moves[0].To;
                actions.Add(new ParserAction(ActionKind.SetRegister, spare, Place.InRegister(saved)));
                moves = moves.Select(m => m.From == Place.InRegister(saved) ? (m.To, Place.InRegister(spare)) : m).ToList();
                _result.RegisterCount = Math.Max(_result.RegisterCount, spare + 1);
                spare++;
                continue;
            }

            actions.Add(new ParserAction(ActionKind.SetRegister, moves[free].To, moves[free].From));
            moves.RemoveAt(free);
        }
    }

    private void SetFinal(TransducerState state)
    {
        Reading? accepted = state.Readings.FirstOrDefault(r => r.Node is AcceptNode);
        if (accepted == null)
        {
            return;
        }

        state.IsAccepting = true;
        var actions = new List<ParserAction>();
        if (accepted.Alternative >= 0)
        {
            actions.Add(new ParserAction(ActionKind.SetAlternative, accepted.Alternative, Place.Ago(0)));
        }

        foreach (Pending pending in accepted.Pending)
        {
            AddEvent(pending, actions);
        }

        state.FinalActions = _result.Intern(actions);
    }

    private string KeyOf(List<Reading> readings)
    {
        // Without captures the order decides nothing: readings of different alternatives keep it by themselves.
        IEnumerable<Reading> keyed = _captures.Count > 0 || readings.Exists(r => r.IsReturning)
            ? readings
            : readings.OrderBy(r => r.Alternative).ThenBy(r => r.Node.Id).ThenBy(r => r.Stack.Id);
        var key = new StringBuilder();
        foreach (Reading reading in keyed)
        {
            key.Append(reading.Node.Id).Append(',').Append(reading.Alternative);
            foreach (Pending pending in reading.Pending)
            {
                key.Append(pending.Event.Kind == CaptureEventKind.Open ? '<' : '>').Append(pending.Event.Index)
                    .Append(pending.Place.IsRegister ? 'r' : 'a').Append(pending.Place.Value);
            }

            if (!reading.Stack.IsEmpty)
            {
                key.Append('|').Append(reading.Stack.Id);
            }

            key.Append(';');
        }

        return key.ToString();
    }
}
