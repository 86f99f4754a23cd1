using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Writes what a parser needs for rules that nest: its stack, and the way out of them.</summary>
internal sealed class NestingMembers
{
    private readonly ParserDraft _draft;
    private readonly CodeWriter _writer;
    private readonly ParserBody _body;
    private readonly IReadOnlyList<KeyValuePair<int, AutomatonState>> _states;

    internal NestingMembers(ParserDraft draft, ParserBody body, IReadOnlyList<KeyValuePair<int, AutomatonState>> states)
    {
        _draft = draft;
        _writer = draft.Writer;
        _body = body;
        _states = states;
    }

    /// <summary>The number of the first returning state; past all states where there is none.</summary>
    internal static int FirstReturning(Automaton automaton) => automaton.States.Count(s => !s.IsReturning);

    /// <summary>Writes the fields.</summary>
    internal void WriteFields()
    {
        _writer.Line("// The calls of nested rules that the input is inside of, the outermost first.");
        string type = _draft.Automaton.CallCount > 256 ? "ushort" : "byte";
        _writer.Line($"private readonly {type}[] _calls = new {type}[{_draft.Request.MaximumDepth}];");
        _writer.Line("private int _depth;");
        if (_draft.HasNestedCaptures)
        {
            int most = _draft.Request.MaximumDepth * _draft.Automaton.NestedCaptures.Count(n => n);
            _writer.Line();
            _writer.Line("// Where the nested captures that have not ended begin, the outermost first.");
            _writer.Line($"private readonly int[] _nestedStarts = new int[{most + _draft.Automaton.NestedCaptures.Count}];");
            _writer.Line("private int _nestedStartCount;");
        }
    }

    /// <summary>Writes what Reset does.</summary>
    internal void WriteReset()
    {
        _writer.Line("_depth = 0;");
        if (_draft.HasNestedCaptures)
        {
            _writer.Line("_nestedStartCount = 0;");
        }

        for (int i = 0; i < _draft.Captures.Count; i++)
        {
            if (_draft.HasStart(i))
            {
                _writer.Line($"{_draft.StartOf(i)} = -1;");
            }
        }
    }

    /// <summary>Writes the methods.</summary>
    internal void Write()
    {
        _writer.Line("// Enters a nested rule.");
        _writer.Open("private void Call(int symbol)");
        WriteLimit("_depth", _draft.Request.MaximumDepth, $"nesting no deeper than {_draft.Request.MaximumDepth}");
        _writer.Line($"_calls[_depth] = ({(_draft.Automaton.CallCount > 256 ? "ushort" : "byte")})symbol;");
        _writer.Line("_depth++;");
        _writer.Close();
        _writer.Line();
        if (_draft.HasNestedCaptures)
        {
            _writer.Line("// Notes where a capture that can contain itself begins.");
            _writer.Open("private void Begin(int at)");
            WriteLimit("_nestedStartCount", "_nestedStarts.Length", $"nesting no deeper than {_draft.Request.MaximumDepth}");
            _writer.Line("_nestedStarts[_nestedStartCount] = at;");
            _writer.Line("_nestedStartCount++;");
            _writer.Close();
            _writer.Line();
        }

        WriteReturn();
    }

    private void WriteLimit(string count, object most, string text)
    {
        _writer.Open($"if (_outcome == Outcome.Failed || {count} == {most})");
        _writer.Line("_outcome = Outcome.Failed;");
        if (_draft.Request.HasTexts)
        {
            _writer.Line($"_limit = \"{text}\";");
        }

        _writer.Line("return;");
        _writer.Close();
        _writer.Line();
    }

    private void WriteReturn()
    {
        int first = FirstReturning(_draft.Automaton);
        _writer.Line("// Leaves the nested rules that end at this place: what the stack holds says where reading goes on.");
        _writer.Open("private int Return(int state, int at)");
        _writer.Open($"while (state >= {first} && _outcome != Outcome.Failed)");
        _writer.Line("_depth--;");
        _writer.Line($"int way = ((state - {first}) * {_draft.Automaton.CallCount}) + _calls[_depth];");
        var cases = new Dictionary<int, string[]>();
        foreach (KeyValuePair<int, AutomatonState> numbered in _states.Where(s => s.Value.IsReturning))
        {
            for (int symbol = 0; symbol < numbered.Value.Next.Length; symbol++)
            {
                int edgeNumber = numbered.Value.Next[symbol];
                if (edgeNumber >= 0)
                {
                    AutomatonEdge edge = _draft.Automaton.Edges[edgeNumber];
                    string[] statements = _draft.Statements(edge.Actions, "at");
                    cases.Add(((numbered.Key - first) * _draft.Automaton.CallCount) + symbol, statements.Append($"state = {_body.NumberOf(edge.Target)};").ToArray());
                }
            }
        }

        SwitchWriter.Write(_writer, "way", cases);
        _writer.Close();
        _writer.Line();
        _writer.Line("return state;");
        _writer.Close();
        _writer.Line();
    }
}
