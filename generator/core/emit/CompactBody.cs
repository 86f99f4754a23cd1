using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Reads by tables, for .NET and nanoFramework alike: C# 7, byte arrays, no switch a device could not run.
/// </summary>
internal sealed class CompactBody : ParserBody
{
    private readonly ParserDraft _draft;
    private readonly CodeWriter _writer;
    private readonly CompactTables _tables;

    internal CompactBody(ParserDraft draft)
    {
        _draft = draft;
        _writer = draft.Writer;
        _tables = new CompactTables(draft.Automaton);
    }

    internal override string Remark => $"{_tables.Ordered.Count} states; its tables take {_tables.Size} octets";

    internal override IEnumerable<string> Namespaces => new string[0];

    private string CellType => _tables.IsWide ? "ushort" : "byte";

    private string TargetType => _tables.Ordered.Count > 256 ? "ushort" : "byte";

    private bool HasExceptions => _tables.Exceptional.Count > 0;

    internal override int NumberOf(int state) => _tables.Numbers[state];

    internal override void WriteTables()
    {
        if (_tables.RowCount > 0)
        {
            _writer.Line("// The class of each octet.");
            WriteArray("byte", "Classes", _tables.Classes.Select(c => (int)c).ToList(), 32);
            _writer.Line($"// For each state up to {_tables.RowCount - 1} and each class: the next state, or the code of an edge, or {_tables.Dead} where nothing is acceptable.");
            WriteArray(CellType, "Rows", _tables.Rows, _tables.ClassCount);
        }

        if (HasExceptions)
        {
            IReadOnlyList<CompactState> exceptional = _tables.Exceptional;
            _writer.Line($"// For each state from {_tables.RowCount} on the range of octets that is an exception: what is left of an octet by the mask, the");
            _writer.Line($"// lowest and how many more; what it leads to ({_tables.Following} is the following state); the state whose row holds otherwise; and");
            _writer.Line("// how many states from there on read one character each.");
            WriteArray("byte", "Masks", exceptional.Select(e => e.Range.Mask == 0 ? 0xFF : 0xDF).ToList(), 32);
            WriteArray("byte", "Lowest", exceptional.Select(e => e.Range.Mask == 0 ? e.Range.First : e.Range.First & 0xDF).ToList(), 32);
            WriteArray("byte", "Spans", exceptional.Select(e => e.Range.Last - e.Range.First).ToList(), 32);
            WriteArray(CellType, "Exceptions", exceptional.Select(_tables.CodeOf).ToList(), 32);
            WriteArray(CellType, "Otherwise", exceptional.Select(e => e.RowState < 0 ? _tables.Dead : _tables.Numbers[e.RowState]).ToList(), 32);
            WriteArray("byte", "Runs", exceptional.Select((_, i) => _tables.RunOf(i)).ToList(), 32);
        }

        if (_tables.Special.Count > 0)
        {
            _writer.Line($"// Where the edges with the codes from {_tables.RowCount} on lead.");
            List<int> targets = _tables.Special.Select(e => _tables.Numbers[e.Target]).ToList();
            WriteArray(TargetType, "Targets", targets, 32);
        }
    }

    private void WriteArray(string type, string name, IReadOnlyList<int> values, int perLine)
    {
        _writer.Open($"private static readonly {type}[] {name} =");
        for (int i = 0; i < values.Count; i += perLine)
        {
            _writer.Line(string.Join(", ", values.Skip(i).Take(perLine).Select(v => v.ToString(CultureInfo.InvariantCulture))) + ",");
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
        if (_tables.RowCount > 0)
        {
            _writer.Line("byte[] classes = Classes;");
            _writer.Line($"{CellType}[] rows = Rows;");
        }

        if (HasExceptions)
        {
            _writer.Line("byte[] masks = Masks;");
            _writer.Line("byte[] lowest = Lowest;");
        }

        _writer.Line("int state = _state;");
        _writer.Line("int code;");
        _writer.Line("int i = offset;");
        _writer.Line("int end = offset + count;");
        _writer.Open("while (i < end)");
        if (_tables.RowCount > 0 && HasExceptions)
        {
            _writer.Open($"if (state < {_tables.RowCount})");
            WriteRowStep();
            _writer.Close();
            _writer.Open("else");
            WriteExceptionStep();
            _writer.Close();
        }
        else if (HasExceptions)
        {
            WriteExceptionStep();
        }
        else if (_tables.RowCount > 0)
        {
            WriteRowStep();
        }
        else
        {
            _writer.Line($"code = {_tables.Dead};");
        }

        _writer.Line();
        if (_tables.Special.Count > 0)
        {
            WriteSpecialStep();
        }
        else
        {
            WriteDead($"code == {_tables.Dead}");
            _writer.Line("i++;");
            _writer.Line("state = code;");
        }

        _writer.Close();
        _writer.Line();
        if (_draft.HasLimits && _tables.Special.Count > 0)
        {
            _writer.Line("// Past a bound: the octet that goes past it is not consumed.");
            _writer.Open("if (_outcome == Outcome.Failed)");
            _writer.Line("i--;");
            _writer.Close();
            _writer.Line();
        }

        _writer.Line("_state = state;");
        _writer.Line("_position += i - offset;");
        _writer.Line("return i - offset;");
        _writer.Close();
        _writer.Line();
    }

    /// <summary>
    /// Steps by a row: first through a run of octets that stay in the state, which is most of an input, then by the octet that
    /// ends the run.
    /// </summary>
    private void WriteRowStep()
    {
        _writer.Line($"int row = state * {_tables.ClassCount};");
        _writer.Open("while ((code = rows[row + classes[buffer[i]]]) == state)");
        WriteAtEnd("state");
        _writer.Close();
        _writer.Line();
        _writer.Open($"if (code < {_tables.RowCount})");
        _writer.Line("state = code;");
        _writer.Line("i++;");
        _writer.Line("continue;");
        _writer.Close();
    }

    /// <summary>Steps by an exception: first through the characters of a keyword, then by what comes behind them.</summary>
    private void WriteExceptionStep()
    {
        _writer.Line($"int exception = state - {_tables.RowCount};");
        _writer.Line("int stop = exception + Runs[exception];");
        _writer.Open("while (exception < stop && (buffer[i] == lowest[exception] || (buffer[i] & masks[exception]) == lowest[exception]))");
        _writer.Line("exception++;");
        WriteAtEnd($"exception + {_tables.RowCount}");
        _writer.Close();
        _writer.Line();
        _writer.Line($"state = exception + {_tables.RowCount};");
        _writer.Line("int octet = buffer[i];");
        _writer.Open("if ((uint)((octet & masks[exception]) - lowest[exception]) <= Spans[exception])");
        _writer.Line("code = Exceptions[exception];");
        _writer.Open($"if (code == {_tables.Following})");
        _writer.Line("state++;");
        _writer.Line("i++;");
        _writer.Line("continue;");
        _writer.Close();
        _writer.Close();
        _writer.Open("else");
        if (_tables.Exceptional.Any(e => e.RowState >= 0))
        {
            _writer.Line("code = Otherwise[exception];");
            _writer.Open($"if (code != {_tables.Dead})");
            _writer.Line($"code = rows[(code * {_tables.ClassCount}) + classes[octet]];");
            _writer.Close();
        }
        else
        {
            _writer.Line($"code = {_tables.Dead};");
        }

        _writer.Close();
        if (_tables.RowCount > 0)
        {
            _writer.Line();
            _writer.Open($"if (code < {_tables.RowCount})");
            _writer.Line("state = code;");
            _writer.Line("i++;");
            _writer.Line("continue;");
            _writer.Close();
        }
    }

    private void WriteAtEnd(string state)
    {
        _writer.Open("if (++i == end)");
        _writer.Line($"_state = {state};");
        _writer.Line("_position += count;");
        _writer.Line("return count;");
        _writer.Close();
    }

    private void WriteDead(string condition)
    {
        _writer.Open($"if ({condition})");
        _writer.Line("_state = state;");
        _writer.Line("_position += i - offset;");
        _writer.Line($"_outcome = {_draft.OutcomeOfEnding};");
        _writer.Line("return i - offset;");
        _writer.Close();
        _writer.Line();
    }

    /// <summary>Takes an edge that leads to a state without a row, or on which something is done.</summary>
    private void WriteSpecialStep()
    {
        WriteDead($"code == {_tables.Dead}");
        _writer.Line("i++;");
        _writer.Line($"state = Targets[code - {_tables.RowCount}];");
        _writer.Open($"if (code < {_tables.FirstActing})");
        _writer.Line("continue;");
        _writer.Close();
        _writer.Line();
        _writer.Line("int at = _position + (i - offset);");
        var cases = new Dictionary<int, string[]>();
        for (int i = 0; i < _tables.Special.Count; i++)
        {
            if (_tables.Special[i].Actions.Count > 0)
            {
                cases.Add(_tables.RowCount + i, _draft.Statements(_tables.Special[i].Actions, "at"));
            }
        }

        if (cases.Count > 0)
        {
            SwitchWriter.Write(_writer, "code", cases);
            _writer.Line();
        }

        _writer.Open($"if (code < {_tables.FirstStopping})");
        _writer.Line("continue;");
        _writer.Close();
        _writer.Line();
        int firstReturning = NestingMembers.FirstReturning(_draft.Automaton);
        if (_draft.HasCalls)
        {
            _writer.Open($"if (state >= {firstReturning})");
            _writer.Line("state = Return(state, at);");
            _writer.Close();
            _writer.Line();
        }

        string isFinal = $"state >= {_tables.FirstFinal}" + (_draft.HasCalls ? $" && state < {firstReturning}" : "");
        _writer.Open($"if ({isFinal} && _outcome == Outcome.NeedsMore)");
        _writer.Line("_outcome = Outcome.Matched;");
        _writer.Close();
        _writer.Line();
        _writer.Open(_draft.HasCaptures
            ? $"if (_outcome != Outcome.NeedsMore || !({_draft.HasRoom}))"
            : "if (_outcome != Outcome.NeedsMore)");
        _writer.Line("break;");
        _writer.Close();
    }
}
