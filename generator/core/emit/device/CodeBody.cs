using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Reads by code, for nanoFramework: C# 7, and little data. What counts on a device is the number of instructions, whatever they
/// do, and memory before flash. A state that is code begins behind the octet that led to it: it steps on, pauses at the end of
/// the buffer, skips a run, and compares the class of an octet; each comparison jumps to an edge, which is written once however
/// many states have it. Words and other simple states share one loop over their data.
/// </summary>
internal sealed class CodeBody : DeviceBody
{
    /// <summary>Instructions of a branch reach 32,767 octets on a device: a parser that may come near is written as tables.</summary>
    private const int LargestMethod = 24000;

    /// <summary>With more states the method would be too large; there is no need to try.</summary>
    private const int MostStates = 800;

    private readonly Dictionary<int, CodedState> _states = new();
    private readonly CodeJumps _jumps;

    /// <summary>The states whose code stands already.</summary>
    private readonly HashSet<int> _written = new();

    private CodeBody(ParserDraft draft)
        : base(draft, hasRuns: true)
    {
        foreach (int state in Layout.Coded)
        {
            _states.Add(state, new CodedState(Layout, Automaton, state, _states.Values));
        }

        _jumps = new CodeJumps(Automaton, Layout, _states.Values);
    }

    /// <summary>The body, or null where the parser would be too large for one method, or has a stack.</summary>
    internal static CodeBody? TryCreate(ParserDraft draft)
    {
        if (draft.HasCalls || draft.Automaton.States.Count > MostStates)
        {
            return null;
        }

        var body = new CodeBody(draft);
        int size = body._states.Values.Sum(s => 32 + (6 * s.Tests.Count)) + draft.Automaton.Edges.Sum(e => 8 + (20 * e.Actions.Count));
        return size <= LargestMethod ? body : null;
    }

    internal override int DataSize => Layout.Size;

    private protected override string LowestName => Draft.Request.HasOwnTables ? "lowest" : base.LowestName;

    private protected override string TargetsName => Draft.Request.HasOwnTables ? "targets" : base.TargetsName;

    internal override void WriteFeed()
    {
        WriteFeedHead();

        // The first four locals have instructions of one octet: those that are used most come first.
        Writer.Line("// The octet read last; a state begins by going on to the next.");
        Writer.Line("int i = offset - 1;");
        Writer.Line("int state = _state;");
        Writer.Line("int end = offset + count;");
        if (Layout.Coded.Count > 0)
        {
            Writer.Line("int kind;");
            Writer.Line("byte[] classes = Classes;");
        }

        if (HasSimple && Draft.Request.HasOwnTables)
        {
            // An instruction less for each time they are asked.
            Writer.Line("byte[] lowest = Lowest;");
            Writer.Line($"{(Layout.IsWide ? "ushort" : "byte")}[] targets = Targets;");
        }

        Writer.Line("int origin = _position - i;");
        if (_jumps.HasRecords)
        {
            Writer.Line("int rule;");
            Writer.Line("int since;");
        }

        WriteDispatch();
        WriteStates();
        WriteEnds();
        Writer.Close();
        Writer.Line();
    }

    /// <summary>Writes the loop over simple states, and the way from a number to the code of its state.</summary>
    private void WriteDispatch()
    {
        Label("Dispatch");
        if (HasSimple)
        {
            Writer.Open($"if (state >= {Layout.Simple.Count})");
            Writer.Line("goto Code;");
            Writer.Close();
            Writer.Line();
            Label("Simple");
            Step();
            WriteSimpleStep();
            Writer.Open($"if (state < {Layout.Simple.Count})");
            Writer.Line("goto Simple;");
            Writer.Close();
            Writer.Line();
            Label("Code");
        }

        var cases = new Dictionary<int, string[]>();
        foreach (int state in Layout.Coded)
        {
            cases.Add(NumberOf(state), new[] { $"goto State{NumberOf(state)};" });
        }

        if (cases.Count > 0)
        {
            SwitchWriter.Write(Writer, "state", cases);
            Writer.Line();
        }

        // What is left is a final state.
        Writer.Line("_outcome = Outcome.Matched;");
        Writer.Line("_state = state;");
        Writer.Line("_position = i + origin;");
        Writer.Line("return i + 1 - offset;");
        Writer.Line();
    }

    private void Step()
    {
        Writer.Open("if (++i == end)");
        Writer.Line("goto Pause;");
        Writer.Close();
        Writer.Line();
    }

    /// <summary>Writes all states and edges; where a state's code can follow what leads to it, it does.</summary>
    private void WriteStates()
    {
        foreach (int first in Layout.Coded)
        {
            for (int state = first, before = -1; state >= 0 && _written.Add(state);)
            {
                int next = WriteState(_states[state], before >= 0);
                before = state;
                state = next;
            }
        }

        foreach (CodedEdge edge in _jumps.Apart)
        {
            Label($"Edge{edge.Number}");
            WriteEdge(edge, false);
            Writer.Line();
        }
    }

    /// <summary>Writes one state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="isFollowing">Whether what stands before leads to it.</param>
    /// <returns>The state of the automaton whose code must follow, or -1.</returns>
    private int WriteState(CodedState state, bool isFollowing)
    {
        int number = NumberOf(state.State);
        int entries = _jumps.Entries(state.State);

        // Whoever comes by its number has noted it.
        if (entries == 1 && isFollowing)
        {
            Writer.Line($"state = {number};");
        }

        Label($"State{number}");
        if (entries > (isFollowing ? 1 : 0))
        {
            Writer.Line($"state = {number};");
        }

        Step();
        string run = Condition(state.Runs, 0, "kind");
        if (run.Length == 0)
        {
            if (state.Tests.Count > 0 || state.Like >= 0)
            {
                Writer.Line("kind = classes[buffer[i]];");
            }
        }
        else if (state.Runs.Count == 1 && state.Runs[0].First == 0)
        {
            Writer.Open($"while (classes[buffer[i]] <= {state.Runs[0].Last})");
            Step();
            Writer.Close();
            Writer.Line();
            Writer.Line("kind = classes[buffer[i]];");
        }
        else
        {
            Writer.Open($"while ({Condition(state.Runs, 0, "(kind = classes[buffer[i]])", "kind")})");
            Step();
            Writer.Close();
            Writer.Line();
        }

        if (state.IsLiked)
        {
            Label($"Like{number}");
        }

        int next = state.IsSwitch ? WriteSwitch(state) : WriteTests(state);
        Writer.Line();
        return next;
    }

    private int WriteSwitch(CodedState state)
    {
        var cases = new Dictionary<int, string[]>();
        foreach (ClassTest test in state.Tests)
        {
            for (int kind = test.First; kind <= test.Last; kind++)
            {
                cases.Add(kind, new[] { Jump(test.Edge) });
            }
        }

        SwitchWriter.Write(Writer, "kind", cases);
        Writer.Line();
        WriteElse(state);
        return -1;
    }

    private int WriteTests(CodedState state)
    {
        int least = state.IsLiked ? 0 : state.LowestAfterRun;
        for (int i = 0; i < state.Tests.Count; i++)
        {
            ClassTest test = state.Tests[i];
            string condition = Condition(new[] { test }, least, "kind");
            bool isLast = i == state.Tests.Count - 1 && state.Like < 0;
            CodedEdge? edge = test.Edge < 0 ? null : _jumps.Edge(test.Edge);
            if (isLast && edge != null && (_jumps.IsInline(test.Edge) || (edge.IsBare && !_written.Contains(edge.Edge.Target))))
            {
                Writer.Open($"if (!({condition}))");
                Writer.Line("goto Dead;");
                Writer.Close();
                Writer.Line();
                return WriteEdge(edge, true);
            }

            Writer.Open($"if ({condition})");
            if (edge != null && _jumps.IsInline(test.Edge))
            {
                WriteEdge(edge, false);
            }
            else
            {
                Writer.Line(Jump(test.Edge));
            }

            Writer.Close();
            Writer.Line();
        }

        WriteElse(state);
        return -1;
    }

    private void WriteElse(CodedState state) => Writer.Line(state.Like >= 0 ? $"goto Like{NumberOf(state.Like)};" : "goto Dead;");

    /// <summary>The condition that a class is in one of some ranges, when it is known to be at least something.</summary>
    private string Condition(IReadOnlyList<ClassTest> ranges, int least, string first, string others = "")
    {
        string value = first;
        var conditions = new List<string>();
        foreach (ClassTest range in ranges)
        {
            string condition = range.First <= least && range.Last == Layout.ClassCount - 1 ? $"{value} >= 0"
                : range.First <= least ? $"{value} <= {range.Last}"
                : range.Last == Layout.ClassCount - 1 ? $"{value} >= {range.First}"
                : range.First == range.Last ? $"{value} == {range.First}"
                : $"({value} >= {range.First} && {(others.Length > 0 ? others : value)} <= {range.Last})";
            value = others.Length > 0 ? others : value;
            conditions.Add(condition);
        }

        return string.Join(" || ", conditions);
    }

    /// <summary>The statement that goes to an edge's code: straight to the state where nothing is done on the way.</summary>
    private string Jump(int edge) =>
        edge < 0 ? "goto Dead;" : _jumps.Edge(edge).IsBare ? $"goto State{_jumps.Edge(edge).TargetNumber};" : $"goto Edge{edge};";

    /// <summary>Writes what is done on an edge, and the way to its state.</summary>
    /// <param name="edge">The edge.</param>
    /// <param name="mayFall">Whether the state's code may follow, if it stands nowhere yet: then there is no jump.</param>
    /// <returns>The state of the automaton whose code must follow, or -1.</returns>
    private int WriteEdge(CodedEdge edge, bool mayFall)
    {
        foreach (string line in edge.Edge.Actions.SelectMany(a => a == edge.Recorded ? Ending(a) : Draft.Statements(new[] { a }, "i + origin")))
        {
            Writer.Line(line);
        }

        if (edge.IsStraight)
        {
            if (mayFall && !_written.Contains(edge.Edge.Target))
            {
                return edge.Edge.Target;
            }

            Writer.Line($"goto State{edge.TargetNumber};");
            return -1;
        }

        Writer.Line($"state = {edge.TargetNumber};");
        Writer.Line(edge.Recorded != null ? "goto Record;" : edge.IsStopping ? "goto Stop;" : edge.IsFinal ? "goto Dispatch;" : "goto Simple;");
        return -1;
    }

    /// <summary>What has to be known of a capture that ends: its rule, and how many octets ago.</summary>
    private IEnumerable<string> Ending(ParserAction end) => new[]
    {
        $"rule = {end.Index};",
        $"since = {(end.Place.IsRegister ? $"i + origin - _register{end.Place.Value}" : end.Place.Value.ToString(CultureInfo.InvariantCulture))};",
    };

    private void WriteEnds()
    {
        if (_jumps.HasRecords)
        {
            Writer.Line("// Notes a capture that has ended; there is room, or reading would have stopped before.");
            Label("Record");
            Writer.Line("int[] captures = _captures;");
            Writer.Line("int next = _captureEnd;");
            Writer.Line("captures[next] = rule;");
            Writer.Line("captures[next + 1] = captures[rule];");
            Writer.Line("captures[next + 2] = i + origin - since;");
            Writer.Line("_captureEnd = next + 3;");
            Writer.Open($"if (next < {Draft.FirstCapture + (3 * (Draft.Request.MaximumCaptures - 1))})");
            Writer.Line("goto Dispatch;");
            Writer.Close();
            Writer.Line();
            Writer.Line("i++;");
            Writer.Line("goto Pause;");
            Writer.Line();
        }

        if (_jumps.HasStops)
        {
            Writer.Line("// Past a bound: the octet that goes past it is not consumed.");
            Label("Stop");
            Writer.Open("if (_outcome == Outcome.Failed)");
            Writer.Line("goto Pause;");
            Writer.Close();
            Writer.Line();
            Writer.Open($"if ({Draft.HasRoom} || state >= {Layout.FirstFinal})");
            Writer.Line("goto Dispatch;");
            Writer.Close();
            Writer.Line();
            Writer.Line("i++;");
            Writer.Line("goto Pause;");
            Writer.Line();
        }

        Label("Dead");
        Writer.Line("_state = state;");
        Writer.Line("_position = i + origin - 1;");
        Writer.Line($"_outcome = {Draft.OutcomeOfEnding};");
        Writer.Line("return i - offset;");
        Writer.Line();
        Label("Pause");
        Writer.Line("_state = state;");
        Writer.Line("_position = i + origin - 1;");
        Writer.Line("return i - offset;");
    }
}
