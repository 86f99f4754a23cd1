using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Writes the members that say why an input is wrong.</summary>
internal sealed class ExplanationMembers
{
    private readonly ParserDraft _draft;
    private readonly CodeWriter _writer;
    private readonly IReadOnlyList<KeyValuePair<int, AutomatonState>> _states;

    internal ExplanationMembers(ParserDraft draft, IReadOnlyList<KeyValuePair<int, AutomatonState>> states)
    {
        _draft = draft;
        _writer = draft.Writer;
        _states = states;
    }

    /// <summary>Writes them.</summary>
    internal void Write()
    {
        var rules = new Dictionary<int, string[]>();
        var expected = new Dictionary<int, string[]>();
        foreach (KeyValuePair<int, AutomatonState> numbered in _states.Where(s => _draft.Request.HasTexts && !s.Value.IsFinal && !s.Value.IsReturning))
        {
            int number = numbered.Key;
            AutomatonState state = numbered.Value;
            rules.Add(number, new[] { $"return {Quote(state.RuleName)};" });
            expected.Add(number, new[] { $"return {Quote(string.Join(", ", state.Expected))};" });
        }

        string empty = _draft.Request.HasTexts ? "" : " Left empty, to save flash.";
        WriteExplanation("FailedRule", "After a failure, the innermost rule that every reading of the input was in." + empty, rules);
        WriteExplanation("Expected", "After a failure, what would have been accepted in place of the octet at Position: rules, strings and ranges, with commas between." + empty, expected);
    }

    private void WriteExplanation(string name, string summary, Dictionary<int, string[]> cases)
    {
        _draft.Summary(summary);
        _writer.Open($"public string {name}");
        _writer.Open("get");
        if (name == "Expected" && _draft.HasLimits && _draft.Request.HasTexts)
        {
            _writer.Open("if (_limit.Length > 0)");
            _writer.Line("return _limit;");
            _writer.Close();
            _writer.Line();
        }

        if (cases.Count > 0)
        {
            SwitchWriter.Write(_writer, "_state", cases);
            _writer.Line();
        }

        _writer.Line("return \"\";");
        _writer.Close();
        _writer.Close();
        _writer.Line();
    }

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
