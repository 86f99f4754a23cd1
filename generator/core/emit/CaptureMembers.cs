using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Writes the members by which captures are read.</summary>
internal sealed class CaptureMembers
{
    private readonly ParserDraft _draft;
    private readonly CodeWriter _writer;
    private readonly IReadOnlyList<KeyValuePair<int, AutomatonState>> _states;

    internal CaptureMembers(ParserDraft draft, IReadOnlyList<KeyValuePair<int, AutomatonState>> states)
    {
        _draft = draft;
        _writer = draft.Writer;
        _states = states;
    }

    /// <summary>Writes them.</summary>
    internal void Write()
    {
        string first = _draft.FirstCapture == 0 ? "3 * index" : $"(3 * index) + {_draft.FirstCapture}";
        _draft.Summary($"How many captures there are, {_draft.Room} at most, in the order in which they end.");
        _writer.Open("public int CaptureCount");
        _writer.Line($"get {{ return {(!_draft.KeepsEnd ? "_captureCount" : _draft.FirstCapture == 0 ? "_captureEnd / 3" : $"(_captureEnd - {_draft.FirstCapture}) / 3")}; }}");
        _writer.Close();
        _writer.Line();
        WriteAccessor("Rule", "CaptureRule", $"(Rule)_captures[{first}]", "Which rule a capture is of.");
        WriteAccessor("int", "CaptureStart", $"_captures[(3 * index) + {_draft.FirstCapture + 1}]", "Where a capture begins, as an offset from the first octet after Reset.");
        WriteAccessor("int", "CaptureEnd", $"_captures[(3 * index) + {_draft.FirstCapture + 2}]", "Where a capture ends, exclusive, as an offset from the first octet after Reset.");
        _draft.Summary("The index of the first capture of a rule at or after an index, or -1.");
        _writer.Open("public int Find(Rule rule, int from)");
        _writer.Open("for (int index = from; index < CaptureCount; index++)");
        _writer.Open($"if (_captures[{first}] == (int)rule)");
        _writer.Line("return index;");
        _writer.Close();
        _writer.Close();
        _writer.Line();
        _writer.Line("return -1;");
        _writer.Close();
        _writer.Line();
        _draft.Summary("Takes the captures so far away, to make room for more: for inputs without an end.");
        _writer.Open("public void ClearCaptures()");
        _writer.Line(_draft.Clear);
        _writer.Close();
        _writer.Line();
        if (_draft.Request.TellsUndecided)
        {
            WriteUndecided();
        }

        WriteAdd();
    }

    private void WriteAdd()
    {
        if (_draft.Request.Target == ParserTarget.Net)
        {
            _writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        }

        _writer.Open("private void Add(int rule, int start, int end)");
        _writer.Open(_draft.KeepsEnd ? $"if (_captureEnd == {_draft.FirstCapture + (3 * _draft.Room)})" : $"if (_captureCount == {_draft.Room})");
        _writer.Line("_outcome = Outcome.Failed;");
        if (_draft.Request.HasTexts)
        {
            _writer.Line($"_limit = \"no more than {_draft.Room} captures\";");
        }

        _writer.Line("return;");
        _writer.Close();
        _writer.Line();
        _writer.Line("int[] captures = _captures;");
        _writer.Line(_draft.KeepsEnd ? "int at = _captureEnd;" : "int at = 3 * _captureCount++;");
        _writer.Line("captures[at] = rule;");
        _writer.Line("captures[at + 1] = start;");
        _writer.Line("captures[at + 2] = end;");
        if (_draft.KeepsEnd)
        {
            _writer.Line("_captureEnd = at + 3;");
        }

        _writer.Close();
        _writer.Line();
    }

    private void WriteAccessor(string type, string name, string expression, string summary)
    {
        _draft.Summary(summary);
        _writer.Open($"public {type} {name}(int index)");
        _writer.Line($"return {expression};");
        _writer.Close();
        _writer.Line();
    }

    /// <summary>The streams' question: the oldest octet that a capture not yet recorded may include.</summary>
    private void WriteUndecided()
    {
        _draft.Summary("How many of the last consumed octets may still turn out to belong to a capture that is not in the list yet: a stream must not pass them on.");
        _writer.Open("public int Undecided");
        _writer.Open("get");
        var cases = new Dictionary<int, string[]>();
        foreach (KeyValuePair<int, AutomatonState> numbered in _states)
        {
            AutomatonState state = numbered.Value;
            var places = state.LiveRegisters.Select(r => $"_position - _register{r}")
                .Concat(state.OpenCaptures.Where(_ => !_draft.HasCalls).Select(c => $"_position - {_draft.StartOf(c)}")).ToList();
            if (state.UndecidedOctets == 0 && places.Count == 0)
            {
                continue;
            }

            var lines = places.Select(place => $"undecided = {place} > undecided ? {place} : undecided;").ToList();
            lines.Insert(0, $"undecided = {state.UndecidedOctets};");
            cases.Add(numbered.Key, lines.ToArray());
        }

        _writer.Line("int undecided = 0;");
        if (cases.Count > 0)
        {
            SwitchWriter.Write(_writer, "_state", cases);
        }

        if (_draft.HasCalls)
        {
            WriteOpenInCalls();
        }

        _writer.Line("return undecided;");
        _writer.Close();
        _writer.Close();
        _writer.Line();
    }

    /// <summary>With rules that nest, a state does not know what its callers have begun: the parser looks.</summary>
    private void WriteOpenInCalls()
    {
        var starts = new List<(string Condition, string Start)>();
        for (int i = 0; i < _draft.Captures.Count; i++)
        {
            if (_draft.HasStart(i))
            {
                starts.Add(($"{_draft.StartOf(i)} >= 0", _draft.StartOf(i)));
            }
        }

        if (_draft.HasNestedCaptures)
        {
            starts.Add(("_nestedStartCount > 0", "_nestedStarts[0]"));
        }

        foreach ((string condition, string start) in starts)
        {
            _writer.Open($"if ({condition} && _position - {start} > undecided)");
            _writer.Line($"undecided = _position - {start};");
            _writer.Close();
            _writer.Line();
        }
    }
}
