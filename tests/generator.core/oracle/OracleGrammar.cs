using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf.Core.Tests.Oracle;

/// <summary>
/// Reads ABNF the shortest way: it believes that the text is right and that rules begin in the first column. Written apart
/// from the compiler, so that the two do not share a mistake.
/// </summary>
internal sealed class OracleGrammar
{
    private const string CoreRules = """
        ALPHA = %x41-5A / %x61-7A
        BIT = "0" / "1"
        CHAR = %x01-7F
        CR = %x0D
        CRLF = CR LF
        CTL = %x00-1F / %x7F
        DIGIT = %x30-39
        DQUOTE = %x22
        HEXDIG = DIGIT / "A" / "B" / "C" / "D" / "E" / "F"
        HTAB = %x09
        LF = %x0A
        LWSP = *( WSP / CRLF WSP )
        OCTET = %x00-FF
        SP = %x20
        VCHAR = %x21-7E
        WSP = SP / HTAB
        """;

    private readonly Dictionary<string, OracleRule> _rules = [];
    private string _text = "";
    private int _at;

    private OracleGrammar()
    {
    }

    /// <summary>Reads files into one grammar; alternatives added with "=/" come last, whatever the order of the files.</summary>
    public static OracleGrammar Read(IEnumerable<string> texts)
    {
        var grammar = new OracleGrammar();
        var lines = texts.SelectMany(LogicalLines).ToList();

        // A grammar's own rule of a core rule's name holds in that grammar.
        HashSet<string> own = [.. lines.Where(line => !Adds(line)).Select(NameOf)];
        lines.InsertRange(0, LogicalLines(CoreRules).Where(line => !own.Contains(NameOf(line))));
        foreach (bool isIncremental in new[] { false, true })
        {
            foreach (string line in lines)
            {
                if (Adds(line) == isIncremental)
                {
                    grammar.ReadRule(NameOf(line), line[(line.IndexOf('=', StringComparison.Ordinal) + (isIncremental ? 2 : 1))..]);
                }
            }
        }

        foreach (OracleRule rule in grammar._rules.Values)
        {
            rule.Body = rule.Alternatives.Count == 1 ? rule.Alternatives[0] : new ChoicePiece(rule.Alternatives);
        }

        return grammar;
    }

    /// <summary>A rule by its name in any case.</summary>
    public OracleRule Find(string name)
    {
        string key = name.ToLowerInvariant();
        if (!_rules.TryGetValue(key, out OracleRule? rule))
        {
            rule = new OracleRule(key);
            _rules.Add(key, rule);
        }

        return rule;
    }

    private static bool Adds(string line) => line[line.IndexOf('=', StringComparison.Ordinal) + 1] == '/';

    private static string NameOf(string line) => line[..line.IndexOf('=', StringComparison.Ordinal)].Trim().ToLowerInvariant();

    /// <summary>One string a rule, without comments, its continuation lines joined to it.</summary>
    private static List<string> LogicalLines(string text)
    {
        var lines = new List<string>();
        foreach (string line in text.Split('\n').Select(l => WithoutComment(l.TrimEnd('\r'))).Where(l => l.Trim().Length > 0))
        {
            if (line[0] is ' ' or '\t')
            {
                lines[^1] += " " + line;
            }
            else
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private static string WithoutComment(string line)
    {
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            isQuoted ^= line[i] == '"';
            if (line[i] == ';' && !isQuoted)
            {
                return line[..i];
            }
        }

        return line;
    }

    private void ReadRule(string name, string text)
    {
        _text = text;
        _at = 0;
        OracleRule rule = Find(name);
        Piece body = Alternatives();
        if (_at != _text.Length)
        {
            throw new FormatException($"The oracle cannot read '{_text}' from '{_text[_at..]}'.");
        }

        // A group around the whole right side is as good as none.
        if (body is ChoicePiece choice)
        {
            rule.Alternatives.AddRange(choice.Ways);
        }
        else
        {
            rule.Alternatives.Add(body);
        }
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private void Blanks()
    {
        while (Current is ' ' or '\t')
        {
            _at++;
        }
    }

    private Piece Alternatives()
    {
        var ways = new List<Piece> { Sequence() };
        while (Current == '/')
        {
            _at++;
            ways.Add(Sequence());
        }

        return ways.Count == 1 ? ways[0] : new ChoicePiece(ways);
    }

    private Piece Sequence()
    {
        var parts = new List<Piece>();
        for (Blanks(); Current is not ('\0' or '/' or ')' or ']'); Blanks())
        {
            parts.Add(Repeated());
        }

        return parts.Count == 1 ? parts[0] : new SequencePiece(parts);
    }

    private Piece Repeated()
    {
        int start = _at;
        while (char.IsAsciiDigit(Current) || Current == '*')
        {
            _at++;
        }

        string repeat = _text[start.._at];
        if (repeat.Length == 0)
        {
            return Single();
        }

        int star = repeat.IndexOf('*', StringComparison.Ordinal);
        int minimum = star < 0 ? int.Parse(repeat) : star == 0 ? 0 : int.Parse(repeat[..star]);
        int maximum = star < 0 ? minimum : star == repeat.Length - 1 ? RepeatPiece.Unbounded : int.Parse(repeat[(star + 1)..]);
        return new RepeatPiece(minimum, maximum, Single());
    }

    private Piece Single()
    {
        char first = Current;
        switch (first)
        {
            case '(' or '[':
                _at++;
                Piece inner = Alternatives();
                _at++;
                return first == '(' ? inner : new RepeatPiece(0, 1, inner);
            case '"':
                return Quoted(isCaseSensitive: false);
            case '%' when _text[_at + 1] is 's' or 'S' or 'i' or 'I':
                _at += 2;
                return Quoted(_text[_at - 1] is 's' or 'S');
            case '%':
                return Numbers();
            default:
                int start = _at;
                while (char.IsAsciiLetterOrDigit(Current) || Current == '-')
                {
                    _at++;
                }

                return _at > start
                    ? new RulePiece(Find(_text[start.._at]))
                    : throw new FormatException($"The oracle cannot read '{_text}' from '{_text[_at..]}'.");
        }
    }

    private OctetsPiece Quoted(bool isCaseSensitive)
    {
        int end = _text.IndexOf('"', _at + 1);
        string content = _text[(_at + 1)..end];
        _at = end + 1;
        return new OctetsPiece(
            [.. content.Select(c => isCaseSensitive ? Octets([c]) : Octets([char.ToLowerInvariant(c), char.ToUpperInvariant(c)]))]);
    }

    private Piece Numbers()
    {
        int radix = char.ToLowerInvariant(_text[_at + 1]) switch { 'x' => 16, 'd' => 10, _ => 2 };
        _at += 2;
        var values = new List<int> { Number(radix) };
        if (Current == '-')
        {
            _at++;
            return Range(values[0], Number(radix));
        }

        while (Current == '.')
        {
            _at++;
            values.Add(Number(radix));
        }

        return values.Count == 1 ? Range(values[0], values[0]) : new SequencePiece([.. values.Select(v => Range(v, v))]);
    }

    private int Number(int radix)
    {
        int start = _at;
        while (char.IsAsciiHexDigit(Current))
        {
            _at++;
        }

        return Convert.ToInt32(_text[start.._at], radix);
    }

    private static Piece Range(int first, int last) =>
        last > 0xFF ? new CharacterPiece(first, last) : new OctetsPiece([Octets(Enumerable.Range(first, last - first + 1).Select(v => (char)v))]);

    private static bool[] Octets(IEnumerable<char> members)
    {
        var set = new bool[256];
        foreach (char member in members)
        {
            set[member] = true;
        }

        return set;
    }
}
