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

    private readonly HashSet<int> _edges = new();
    private readonly Dictionary<int, CodedState> _states = new();
    private bool _records;
    private bool _stops;

    private CodeBody(ParserDraft draft)
        : base(draft, hasRuns: true)
    {
        foreach (int state in Layout.Coded)
        {
            _states.Add(state, new CodedState(Layout, Automaton, state, _states.Values));
        }
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

        Writer.Line("int origin = _position - i;");
        if (Automaton.Edges.Any(e => !Automaton.States[e.Target].IsFinal && EndedCapture(e) != null))
        {
            Writer.Line("int rule;");
            Writer.Line("int since;");
        }

        WriteDispatch();
        foreach (int state in Layout.Coded)
        {
            WriteState(_states[state]);
        }

        WriteEdges();
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

    private void WriteState(CodedState state)
    {
        int number = NumberOf(state.State);
        Label($"State{number}");
        Writer.Line($"state = {number};");
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

        if (state.IsSwitch)
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
        }
        else
        {
            foreach (ClassTest test in state.Tests)
            {
                Writer.Open($"if ({Condition(new[] { test }, state.IsLiked ? 0 : state.LowestAfterRun, "kind")})");
                Writer.Line(Jump(test.Edge));
                Writer.Close();
                Writer.Line();
            }
        }

        Writer.Line(state.Like >= 0 ? $"goto Like{NumberOf(state.Like)};" : "goto Dead;");
        Writer.Line();
    }

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

    /// <summary>The statement that takes an edge: straight to the state where nothing is done on the way.</summary>
    private string Jump(int edge)
    {
        if (edge < 0)
        {
            return "goto Dead;";
        }

        AutomatonEdge taken = Automaton.Edges[edge];
        if (taken.Actions.Count == 0 && _states.ContainsKey(taken.Target))
        {
            return $"goto State{NumberOf(taken.Target)};";
        }

        _edges.Add(edge);
        return $"goto Edge{edge};";
    }

    private void WriteEdges()
    {
        foreach (int number in _edges.OrderBy(e => e))
        {
            AutomatonEdge edge = Automaton.Edges[number];
            Label($"Edge{number}");
            ParserAction? end = EndedCapture(edge);
            bool isFinal = Automaton.States[edge.Target].IsFinal;
            bool isRecorded = end != null && !isFinal;
            foreach (string line in edge.Actions.SelectMany(a => isRecorded && a == end ? Ending(a) : Draft.Statements(new[] { a }, "i + origin")))
            {
                Writer.Line(line);
            }

            bool isStopping = !isRecorded && edge.Actions.Any(a => a.Kind == ActionKind.Close);
            _records |= isRecorded;
            _stops |= isStopping;
            if (isRecorded || isStopping || !_states.ContainsKey(edge.Target))
            {
                Writer.Line($"state = {NumberOf(edge.Target)};");
                Writer.Line(isRecorded ? "goto Record;" : isStopping ? "goto Stop;" : isFinal ? "goto Dispatch;" : "goto Simple;");
            }
            else
            {
                Writer.Line($"goto State{NumberOf(edge.Target)};");
            }

            Writer.Line();
        }
    }

    /// <summary>The one end of a capture on an edge, where it can be noted behind all else that is done on it; otherwise null.</summary>
    private static ParserAction? EndedCapture(AutomatonEdge edge)
    {
        if (edge.Actions.Count(a => a.Kind == ActionKind.Close) != 1)
        {
            return null;
        }

        ParserAction end = edge.Actions.First(a => a.Kind == ActionKind.Close);

        // Noted last: nothing that is done before may change what it needs.
        bool isAtHand = end == edge.Actions[edge.Actions.Count - 1]
            || !edge.Actions.Any(a => a.Kind == ActionKind.SetRegister || (a.Kind == ActionKind.Open && a.Index == end.Index));
        return isAtHand ? end : null;
    }

    /// <summary>What has to be known of a capture that ends: its rule, and how many octets ago.</summary>
    private IEnumerable<string> Ending(ParserAction end) => new[]
    {
        $"rule = {end.Index};",
        $"since = {(end.Place.IsRegister ? $"i + origin - _register{end.Place.Value}" : end.Place.Value.ToString(CultureInfo.InvariantCulture))};",
    };

    private void WriteEnds()
    {
        if (_records)
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

        if (_stops)
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
