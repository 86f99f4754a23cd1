using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Reads a grammar file into rules: RFC 5234 with errata 2968 and 3076, and RFC 7405. Lines may end in LF or CRLF, the last
/// one need not end, and a whole rule set may be indented: the first rule's column is where rules begin. After a complaint
/// it goes on with the next rule, so that one run shows every mistake.
/// </summary>
public sealed class AbnfReader
{
    private readonly SourceFile _file;
    private readonly string _text;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<RuleSyntax> _rules = new();
    private readonly List<string> _comments = new();
    private readonly List<RuleRegion> _regions;
    private int _ruleColumn = -1;
    private bool _isFirstRule = true;

    private AbnfReader(SourceFile file, List<Diagnostic> diagnostics, List<RuleRegion> regions)
    {
        _regions = regions;
        _file = file;
        _text = file.Text;
        _diagnostics = diagnostics;
    }

    /// <summary>Reads a file; what is wrong with it is added to <paramref name="diagnostics"/>.</summary>
    public static IReadOnlyList<RuleSyntax> Read(SourceFile file, List<Diagnostic> diagnostics) => Read(file, diagnostics, new List<RuleRegion>());

    /// <summary>Reads a file; notes where each rule begins and ends, even of those that cannot be read.</summary>
    internal static IReadOnlyList<RuleSyntax> Read(SourceFile file, List<Diagnostic> diagnostics, List<RuleRegion> regions)
    {
        var reader = new AbnfReader(file, diagnostics, regions);
        reader.ReadRules();
        return reader._rules;
    }

    private void ReadRules()
    {
        int position = _text.Length > 0 && _text[0] == '\uFEFF' ? 1 : 0;
        while (position < _text.Length)
        {
            int start = SkipBlanks(position);
            if (IsLineEnd(start))
            {
                _comments.Clear();
                position = NextLine(start);
            }
            else if (_text[start] == ';')
            {
                int end = LineEnd(start);
                _comments.Add(_text.Substring(start + 1, end - start - 1).Trim());
                position = NextLine(end);
            }
            else
            {
                position = ReadRule(position, start);
                _comments.Clear();
            }
        }
    }

    /// <summary>Reads one rule that begins at <paramref name="start"/> and returns where the next line after it begins.</summary>
    private int ReadRule(int lineStart, int start)
    {
        int column = start - lineStart;
        if (_ruleColumn < 0)
        {
            _ruleColumn = column;
        }

        var cursor = new ElementReader(_file, start, column < _ruleColumn ? column : _ruleColumn, _diagnostics);
        if (column > _ruleColumn)
        {
            cursor.Complain(Descriptors.Syntax, start, 1, "This line is indented more than the rules but continues none; begin it where the rules begin.");
            return cursor.SkipRule();
        }

        if (!IsLetter(_text[start]))
        {
            string hint = _text[start] == '<' ? "a rule's name stands without angle brackets" : "a rule begins with its name: a letter, then letters, digits or '-'";
            string continuing = _isFirstRule ? "" : $"; a line that continues the rule above {cursor.Continuing}";
            cursor.Complain(Descriptors.Syntax, start, 1, $"'{_text[start]}' begins no rule; {hint}{continuing}.");
            return cursor.SkipRule();
        }

        string name = cursor.ReadName();
        int end = ReadNamedRule(cursor, name, start);
        _isFirstRule = false;
        _regions.Add(new RuleRegion(name, new SourceSpan(_file, start, end - start)));
        return end;
    }

    private int ReadNamedRule(ElementReader cursor, string name, int start)
    {
        var nameSpan = new SourceSpan(_file, start, name.Length);
        if (!cursor.ReadDefinedAs(_isFirstRule, out bool isIncremental))
        {
            return cursor.SkipRule();
        }

        Element? body = cursor.ReadBody();
        if (body != null)
        {
            _rules.Add(new RuleSyntax(name, nameSpan, isIncremental, body, _comments.ToArray()));
        }

        return cursor.SkipRule();
    }

    private int SkipBlanks(int position)
    {
        while (position < _text.Length && (_text[position] == ' ' || _text[position] == '\t'))
        {
            position++;
        }

        return position;
    }

    private bool IsLineEnd(int position) => position >= _text.Length || _text[position] == '\n' || _text[position] == '\r';

    private int LineEnd(int position)
    {
        while (!IsLineEnd(position))
        {
            position++;
        }

        return position;
    }

    private int NextLine(int position)
    {
        int end = _text.IndexOf('\n', LineEnd(position) < _text.Length ? LineEnd(position) : position);
        return end < 0 ? _text.Length : end + 1;
    }

    internal static bool IsLetter(char c) => (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
