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
internal sealed class CodeBody : ParserBody
{
    /// <summary>Instructions of a branch reach 32,767 octets on a device: a parser that may come near is written as tables.</summary>
    private const int LargestMethod = 24000;

    private readonly ParserDraft _draft;
    private readonly Automaton _automaton;
    private readonly CodeWriter _writer;
    private readonly CodeLayout _layout;
    private readonly HashSet<int> _edges = new();
    private readonly Dictionary<int, CodedState> _states = new();
    private bool _records;
    private bool _stops;

    private CodeBody(ParserDraft draft)
    {
        _draft = draft;
        _automaton = draft.Automaton;
        _writer = draft.Writer;
        _layout = new CodeLayout(draft.Automaton);
        foreach (int state in _layout.Coded)
        {
            _states.Add(state, new CodedState(_layout, _automaton, state, _states.Values));
        }
    }

    /// <summary>The body, or null where the parser would be too large for one method, or has a stack.</summary>
    internal static CodeBody? TryCreate(ParserDraft draft)
    {
        if (draft.HasCalls)
        {
            return null;
        }

        var body = new CodeBody(draft);
        int size = body._states.Values.Sum(s => 32 + (6 * s.Tests.Count)) + draft.Automaton.Edges.Sum(e => 8 + (20 * e.Actions.Count));
        return size <= LargestMethod ? body : null;
    }

    internal override string Remark => $"{Numbers} states; its tables take {_layout.Size} octets";

    internal override IEnumerable<string> Namespaces => new string[0];

    /// <summary>How many octets of memory the data takes.</summary>
    internal int DataSize => _layout.Size;

    private int Numbers => _layout.Numbers.Length;

    private bool HasSimple => _layout.Simple.Count > 0;

    internal override int NumberOf(int state) => _layout.Numbers[state];

    internal override void WriteTables()
    {
        if (_layout.Coded.Count > 0)
        {
            _writer.Line("// The class of each octet.");
            WriteArray("byte", "Classes", _layout.Classes.Select(c => (int)c).ToList());
        }

        if (HasSimple)
        {
            _writer.Line($"// For each state up to {_layout.Simple.Count - 1}, which are those that read one range of octets and go one way: the lowest octet, how many");
            _writer.Line($"// more there are ({CodeLayout.BothCases} for a letter in both cases), and the state it leads to.");
            WriteArray("byte", "Lowest", _layout.Simple.Select(s => s.Lowest).ToList());
            WriteArray("byte", "Spans", _layout.Simple.Select(s => s.Span).ToList());
            WriteArray(_layout.IsWide ? "ushort" : "byte", "Targets", _layout.Simple.Select(s => NumberOf(s.Target)).ToList());
        }
    }

    private void WriteArray(string type, string name, IReadOnlyList<int> values)
    {
        const int PerLine = 32;
        _writer.Open($"private static readonly {type}[] {name} =");
        for (int i = 0; i < values.Count; i += PerLine)
        {
            _writer.Line(string.Join(", ", values.Skip(i).Take(PerLine).Select(v => v.ToString(CultureInfo.InvariantCulture))) + ",");
        }

        _writer.Close("};");
        _writer.Line();
    }

    internal override void WriteFeed()
    {
        _draft.Summary(
            "Reads on: any cut of the input will do. Stops early when the outcome is no longer NeedsMore"
            + (_draft.HasCaptures ? ", or when the list of captures is full: take them with ClearCaptures and feed the rest." : "."));
        _writer.Line("/// <param name=\"buffer\">Holds the octets.</param>");
        _writer.Line("/// <param name=\"offset\">Where they begin.</param>");
        _writer.Line("/// <param name=\"count\">How many there are.</param>");
        _writer.Line("/// <returns>How many were consumed.</returns>");
        _writer.Open("public int Feed(byte[] buffer, int offset, int count)");
        _writer.Open("if (_outcome != Outcome.NeedsMore)");
        _writer.Line("return 0;");
        _writer.Close();
        _writer.Line();
        // The first four locals have instructions of one octet: those that are used most come first.
        _writer.Line("// The octet read last; a state begins by going on to the next.");
        _writer.Line("int i = offset - 1;");
        _writer.Line("int state = _state;");
        _writer.Line("int end = offset + count;");
        if (_layout.Coded.Count > 0)
        {
            _writer.Line("int kind;");
            _writer.Line("byte[] classes = Classes;");
        }

        _writer.Line("int origin = _position - i;");
        if (_automaton.Edges.Any(e => !_automaton.States[e.Target].IsFinal && EndedCapture(e) != null))
        {
            _writer.Line("int rule;");
            _writer.Line("int since;");
        }

        WriteDispatch();
        foreach (int state in _layout.Coded)
        {
            WriteState(_states[state]);
        }

        WriteEdges();
        WriteEnds();
        _writer.Close();
        _writer.Line();
    }

    /// <summary>Writes the loop over simple states, and the way from a number to the code of its state.</summary>
    private void WriteDispatch()
    {
        Label("Dispatch");
        if (HasSimple)
        {
            _writer.Open($"if (state >= {_layout.Simple.Count})");
            _writer.Line("goto Code;");
            _writer.Close();
            _writer.Line();
            Label("Simple");
            Step();
            _writer.Open("if (buffer[i] != Lowest[state])");
            _writer.Line("int span = Spans[state];");
            bool hasLetters = _layout.Simple.Any(s => s.Span == CodeLayout.BothCases);
            bool hasOthers = _layout.Simple.Any(s => s.Span != CodeLayout.BothCases);
            const string Letter = "(buffer[i] & 0xDF) != Lowest[state]";
            const string Range = "(uint)(buffer[i] - Lowest[state]) > span";
            _writer.Open(hasLetters && hasOthers ? $"if (span == {CodeLayout.BothCases} ? {Letter} : {Range})" : hasLetters ? $"if ({Letter})" : $"if ({Range})");
            _writer.Line("goto Dead;");
            _writer.Close();
            _writer.Close();
            _writer.Line();
            _writer.Line("state = Targets[state];");
            _writer.Open($"if (state < {_layout.Simple.Count})");
            _writer.Line("goto Simple;");
            _writer.Close();
            _writer.Line();
            Label("Code");
        }

        var cases = new Dictionary<int, string[]>();
        foreach (int state in _layout.Coded)
        {
            cases.Add(NumberOf(state), new[] { $"goto State{NumberOf(state)};" });
        }

        if (cases.Count > 0)
        {
            SwitchWriter.Write(_writer, "state", cases);
            _writer.Line();
        }

        // What is left is a final state.
        _writer.Line("_outcome = Outcome.Matched;");
        _writer.Line("i++;");
        _writer.Line("goto Pause;");
        _writer.Line();
    }

    private void Label(string name)
    {
        _writer.Outdent();
        _writer.Line(name + ":");
        _writer.Indent();
    }

    private void Step()
    {
        _writer.Open("if (++i == end)");
        _writer.Line("goto Pause;");
        _writer.Close();
        _writer.Line();
    }

    private void WriteState(CodedState state)
    {
        int number = NumberOf(state.State);
        Label($"State{number}");
        _writer.Line($"state = {number};");
        Step();
        string run = Condition(state.Runs, 0, "kind");
        if (run.Length == 0)
        {
            if (state.Tests.Count > 0 || state.Like >= 0)
            {
                _writer.Line("kind = classes[buffer[i]];");
            }
        }
        else if (state.Runs.Count == 1 && state.Runs[0].First == 0)
        {
            _writer.Open($"while (classes[buffer[i]] <= {state.Runs[0].Last})");
            Step();
            _writer.Close();
            _writer.Line();
            _writer.Line("kind = classes[buffer[i]];");
        }
        else
        {
            _writer.Open($"while ({Condition(state.Runs, 0, "(kind = classes[buffer[i]])", "kind")})");
            Step();
            _writer.Close();
            _writer.Line();
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

            SwitchWriter.Write(_writer, "kind", cases);
            _writer.Line();
        }
        else
        {
            foreach (ClassTest test in state.Tests)
            {
                _writer.Open($"if ({Condition(new[] { test }, state.IsLiked ? 0 : state.LowestAfterRun, "kind")})");
                _writer.Line(Jump(test.Edge));
                _writer.Close();
                _writer.Line();
            }
        }

        _writer.Line(state.Like >= 0 ? $"goto Like{NumberOf(state.Like)};" : "goto Dead;");
        _writer.Line();
    }

    /// <summary>The condition that a class is in one of some ranges, when it is known to be at least something.</summary>
    private string Condition(IReadOnlyList<ClassTest> ranges, int least, string first, string others = "")
    {
        string value = first;
        var conditions = new List<string>();
        foreach (ClassTest range in ranges)
        {
            string condition = range.First <= least && range.Last == _layout.ClassCount - 1 ? $"{value} >= 0"
                : range.First <= least ? $"{value} <= {range.Last}"
                : range.Last == _layout.ClassCount - 1 ? $"{value} >= {range.First}"
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

        AutomatonEdge taken = _automaton.Edges[edge];
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
            AutomatonEdge edge = _automaton.Edges[number];
            Label($"Edge{number}");
            ParserAction? end = EndedCapture(edge);
            bool isFinal = _automaton.States[edge.Target].IsFinal;
            bool isRecorded = end != null && !isFinal;
            foreach (string line in edge.Actions.SelectMany(a => isRecorded && a == end ? Ending(a) : _draft.Statements(new[] { a }, "i + origin")))
            {
                _writer.Line(line);
            }

            bool isStopping = !isRecorded && edge.Actions.Any(a => a.Kind == ActionKind.Close);
            _records |= isRecorded;
            _stops |= isStopping;
            if (isRecorded || isStopping || !_states.ContainsKey(edge.Target))
            {
                _writer.Line($"state = {NumberOf(edge.Target)};");
                _writer.Line(isRecorded ? "goto Record;" : isStopping ? "goto Stop;" : isFinal ? "goto Dispatch;" : "goto Simple;");
            }
            else
            {
                _writer.Line($"goto State{NumberOf(edge.Target)};");
            }

            _writer.Line();
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
            _writer.Line("// Notes a capture that has ended; there is room, or reading would have stopped before.");
            Label("Record");
            _writer.Line("int[] captures = _captures;");
            _writer.Line("int next = _captureEnd;");
            _writer.Line("captures[next] = rule;");
            _writer.Line("captures[next + 1] = captures[rule];");
            _writer.Line("captures[next + 2] = i + origin - since;");
            _writer.Line("_captureEnd = next + 3;");
            _writer.Open($"if (next != {_draft.FirstCapture + (3 * (_draft.Request.MaximumCaptures - 1))})");
            _writer.Line("goto Dispatch;");
            _writer.Close();
            _writer.Line();
            _writer.Line("i++;");
            _writer.Line("goto Pause;");
            _writer.Line();
        }

        if (_stops)
        {
            _writer.Line("// Past a bound: the octet that goes past it is not consumed.");
            Label("Stop");
            _writer.Open("if (_outcome == Outcome.Failed)");
            _writer.Line("goto Pause;");
            _writer.Close();
            _writer.Line();
            _writer.Open($"if ({_draft.HasRoom} || state >= {_layout.FirstFinal})");
            _writer.Line("goto Dispatch;");
            _writer.Close();
            _writer.Line();
            _writer.Line("i++;");
            _writer.Line("goto Pause;");
            _writer.Line();
        }

        Label("Dead");
        _writer.Line("_state = state;");
        _writer.Line("_position = i + origin - 1;");
        _writer.Line($"_outcome = {_draft.OutcomeOfEnding};");
        _writer.Line("return i - offset;");
        _writer.Line();
        Label("Pause");
        _writer.Line("_state = state;");
        _writer.Line("_position = i + origin - 1;");
        _writer.Line("return i - offset;");
    }
}
