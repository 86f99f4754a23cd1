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
        _draft.Summary($"How many captures there are, {_draft.Request.MaximumCaptures} at most, in the order in which they end.");
        _writer.Open("public int CaptureCount");
        _writer.Line("get { return _captureCount; }");
        _writer.Close();
        _writer.Line();
        WriteAccessor("Rule", "CaptureRule", "(Rule)_captures[3 * index]", "Which rule a capture is of.");
        WriteAccessor("int", "CaptureStart", "_captures[(3 * index) + 1]", "Where a capture begins, as an offset from the first octet after Reset.");
        WriteAccessor("int", "CaptureEnd", "_captures[(3 * index) + 2]", "Where a capture ends, exclusive, as an offset from the first octet after Reset.");
        _draft.Summary("The index of the first capture of a rule at or after an index, or -1.");
        _writer.Open("public int Find(Rule rule, int from)");
        _writer.Open("for (int i = from; i < _captureCount; i++)");
        _writer.Open("if (_captures[3 * i] == (int)rule)");
        _writer.Line("return i;");
        _writer.Close();
        _writer.Close();
        _writer.Line();
        _writer.Line("return -1;");
        _writer.Close();
        _writer.Line();
        _draft.Summary("Takes the captures so far away, to make room for more: for inputs without an end.");
        _writer.Open("public void ClearCaptures()");
        _writer.Line("_captureCount = 0;");
        _writer.Close();
        _writer.Line();
        WriteUndecided();
        if (_draft.Request.Target == ParserTarget.Net)
        {
            _writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        }

        _writer.Open("private void Add(int rule, int start, int end)");
        _writer.Open($"if (_captureCount == {_draft.Request.MaximumCaptures})");
        _writer.Line("_outcome = Outcome.Failed;");
        if (_draft.Request.Explains)
        {
            _writer.Line($"_limit = \"no more than {_draft.Request.MaximumCaptures} captures\";");
        }

        _writer.Line("return;");
        _writer.Close();
        _writer.Line();
        _writer.Line("int[] captures = _captures;");
        _writer.Line("int at = 3 * _captureCount++;");
        _writer.Line("captures[at] = rule;");
        _writer.Line("captures[at + 1] = start;");
        _writer.Line("captures[at + 2] = end;");
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
                .Concat(state.OpenCaptures.Where(_ => !_draft.HasCalls).Select(c => $"_position - _start{_draft.Captures[c]}")).ToList();
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
                starts.Add(($"_start{_draft.Captures[i]} >= 0", $"_start{_draft.Captures[i]}"));
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
