using System;
using System.Collections.Generic;
using System.Globalization;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Reads one rule's right side, character by character. Where another notation's form stands for ABNF's it says so and reads
/// on as if the ABNF form stood there; after anything else it cannot read it gives the rule up.
/// </summary>
internal sealed class ElementReader
{
    /// <summary>Far more than anyone reads, and far less than a stack holds.</summary>
    private const int DeepestGroup = 200;

    /// <summary>What other notations write for "=" or "=/".</summary>
    private static readonly string[] ForeignDefinedAs = { "::=", ":=", "/=", "|=", "->", "<-", ":" };

    private readonly SourceFile _file;
    private readonly string _text;
    private readonly int _ruleColumn;
    private readonly List<Diagnostic> _diagnostics;
    private int _position;
    private int _depth;
    private bool _failed;

    internal ElementReader(SourceFile file, int position, int ruleColumn, List<Diagnostic> diagnostics)
    {
        _file = file;
        _text = file.Text;
        _position = position;
        _ruleColumn = ruleColumn;
        _diagnostics = diagnostics;
    }

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool AtEnd => _position >= _text.Length;

    internal void Complain(DiagnosticDescriptor descriptor, int start, int length, params object[] arguments) =>
        _diagnostics.Add(new Diagnostic(descriptor, new SourceSpan(_file, start, length), arguments));

    /// <summary>Skips to the first line that can begin another rule.</summary>
    internal int SkipRule()
    {
        while (!AtEnd)
        {
            int newline = _text.IndexOf('\n', _position);
            _position = newline < 0 ? _text.Length : newline + 1;
            int column = 0;
            while (column + _position < _text.Length && (_text[_position + column] == ' ' || _text[_position + column] == '\t'))
            {
                column++;
            }

            if (column <= _ruleColumn || _position + column >= _text.Length)
            {
                break;
            }

            char first = _text[_position + column];
            if (first == ';' || first == '\r' || first == '\n')
            {
                break;
            }
        }

        return _position;
    }

    internal string ReadName()
    {
        int start = _position;
        while (AbnfReader.IsLetter(Current) || IsDigit(Current) || Current == '-')
        {
            _position++;
        }

        return _text.Substring(start, _position - start);
    }

    /// <summary>How a line begins that continues a rule.</summary>
    internal string Continuing => _ruleColumn == 0 ? "begins with a space or a tab" : "is indented more than the rules";

    /// <summary>Reads "=" or "=/", or complains of what stands there.</summary>
    internal bool ReadDefinedAs(bool isFirstRule, out bool isIncremental)
    {
        isIncremental = false;
        SkipSpace();
        int start = _position;
        foreach (string foreign in ForeignDefinedAs)
        {
            if (StandsAt(start, foreign))
            {
                isIncremental = foreign == "/=" || foreign == "|=";
                _position += foreign.Length;
                Complain(
                    Descriptors.ForeignNotation, start, foreign.Length, foreign, isIncremental ? "=/" : "=",
                    isIncremental ? "to add alternatives to a rule" : "to define a rule");
                return true;
            }
        }

        if (Current != '=')
        {
            Complain(Descriptors.Syntax, start, AtEnd ? 0 : 1, $"After a rule's name comes '=' (or '=/' to add alternatives to it){(isFirstRule ? "" : "; a line that continues the rule above " + Continuing)}.");
            return false;
        }

        _position++;
        if (Current == '/')
        {
            _position++;
            isIncremental = true;
        }
        else if (Current == '|')
        {
            Complain(Descriptors.ForeignNotation, start, 2, "=|", "=/", "to add alternatives to a rule");
            _position++;
            isIncremental = true;
        }

        return true;
    }

    /// <summary>Reads the right side up to the rule's end; null after a mistake that leaves nothing to work with.</summary>
    internal Element? ReadBody()
    {
        SkipSpace();
        if (AtRuleEnd())
        {
            Complain(Descriptors.Syntax, _position, 0, $"The rule has no right side; write what it stands for after the '='{HintOfNextLine()}.");
            return null;
        }

        Element? body = ReadAlternation();
        if (body == null)
        {
            return null;
        }

        SkipSpace();
        if (!AtRuleEnd())
        {
            ComplainOfCurrent();
            return null;
        }

        return body;
    }

    private Element? ReadAlternation()
    {
        int start = _position;
        var alternatives = new List<Element>();
        while (true)
        {
            Element? part = ReadConcatenation();
            if (part == null)
            {
                return null;
            }

            alternatives.Add(part);
            SkipSpace();
            if (Current == '|')
            {
                Complain(Descriptors.ForeignNotation, _position, 1, "|", "/", "between alternatives");
            }
            else if (Current != '/')
            {
                break;
            }

            _position++;
            SkipSpace();
        }

        return alternatives.Count == 1 ? alternatives[0] : new Alternation(SpanFrom(start), alternatives);
    }

    private Element? ReadConcatenation()
    {
        int start = _position;
        var parts = new List<Element>();
        while (true)
        {
            Element? part = ReadRepetition();
            if (part == null)
            {
                if (_failed)
                {
                    return null;
                }

                break;
            }

            parts.Add(part);
            SkipSpace();
        }

        if (parts.Count == 0)
        {
            if (AtRuleEnd())
            {
                Complain(Descriptors.Syntax, _position, 0, $"Something must follow here: a rule's name, a quoted string, a %x value, a group or an option{HintOfNextLine()}.");
            }
            else
            {
                ComplainOfCurrent();
            }

            _failed = true;
            return null;
        }

        return parts.Count == 1 ? parts[0] : new Concatenation(SpanFrom(start, parts[parts.Count - 1].Span.End), parts);
    }

    /// <summary>Reads one element with its repeat; null with nothing consumed where none begins.</summary>
    private Element? ReadRepetition()
    {
        if (AtRuleEnd())
        {
            return null;
        }

        int start = _position;
        if (!IsDigit(Current) && Current != '*')
        {
            return ReadElement();
        }

        if (!ReadRepeat(start, out int minimum, out int maximum))
        {
            return null;
        }

        string repeat = _text.Substring(start, _position - start);
        int beforeSpace = _position;
        SkipSpace();
        if (_position != beforeSpace && !AtRuleEnd())
        {
            Complain(Descriptors.SpaceAfterRepeat, beforeSpace, _position - beforeSpace, repeat);
        }

        if (minimum > maximum)
        {
            Complain(Descriptors.SwappedRepeat, start, repeat.Length, repeat, minimum, maximum);
            (minimum, maximum) = (maximum, minimum);
        }

        Element? element = ReadElement();
        if (element == null)
        {
            if (!_failed)
            {
                _failed = true;
                Complain(Descriptors.Syntax, start, repeat.Length, $"The repeat '{repeat}' has nothing to repeat; write an element directly after it.");
            }

            return null;
        }

        return new Repetition(SpanFrom(start), minimum, maximum, element);
    }

    private bool ReadRepeat(int start, out int minimum, out int maximum)
    {
        maximum = 0;
        bool hasMinimum = IsDigit(Current);
        if (!ReadDecimal(start, out minimum))
        {
            return false;
        }

        if (Current != '*')
        {
            maximum = minimum;
            return true;
        }

        _position++;
        if (!hasMinimum)
        {
            minimum = 0;
        }

        if (!IsDigit(Current))
        {
            maximum = Repetition.Unbounded;
            return true;
        }

        return ReadDecimal(start, out maximum);
    }

    private bool ReadDecimal(int start, out int value)
    {
        long number = 0;
        while (IsDigit(Current))
        {
            number = (number * 10) + (Current - '0');
            _position++;
            if (number > 1_000_000)
            {
                Complain(Descriptors.Syntax, start, _position - start, "A repeat counts to 1000000 at most.");
                _failed = true;
                value = 0;
                return false;
            }
        }

        value = (int)number;
        return true;
    }

    private Element? ReadElement()
    {
        int start = _position;
        char c = Current;
        if (AbnfReader.IsLetter(c))
        {
            string name = ReadName();
            return new RuleReference(SpanFrom(start), name);
        }

        switch (c)
        {
            case '(':
                return ReadEnclosed(start, ')', isOption: false);
            case '[':
                return ReadEnclosed(start, ']', isOption: true);
            case '"':
                return ReadLiteral(start, isCaseSensitive: false);
            case '%':
                return ReadPercent(start);
            case '<':
                return ReadProse(start);
            case '\'':
                return ReadSingleQuoted(start);
            default:
                return null;
        }
    }

    private Element? ReadEnclosed(int start, char close, bool isOption)
    {
        if (_depth >= DeepestGroup)
        {
            return Fail(start, 1, $"Groups within groups go {DeepestGroup} deep at most; give a part of this a rule of its own.");
        }

        _position++;
        _depth++;
        SkipSpace();
        Element? inner = ReadAlternation();
        _depth--;
        if (inner == null)
        {
            _failed = true;
            return null;
        }

        SkipSpace();
        if (Current != close)
        {
            string what = isOption ? "option" : "group";
            if (AtRuleEnd())
            {
                Complain(Descriptors.Syntax, start, 1, $"The {what} that begins here is not closed; write '{close}' where it ends.");
            }
            else
            {
                ComplainOfCurrent();
            }

            _failed = true;
            return null;
        }

        _position++;
        return isOption
            ? new Repetition(SpanFrom(start), 0, 1, inner)
            : inner is Alternation group ? new Alternation(SpanFrom(start), group.Alternatives)
            : inner;
    }

    private Element? ReadLiteral(int start, bool isCaseSensitive)
    {
        int open = _position;
        _position++;
        int content = _position;
        while (Current != '"')
        {
            if (AtEnd || Current == '\n' || Current == '\r')
            {
                return Fail(open, 1, "The string that begins here is not closed; write '\"' where it ends, on the same line.");
            }

            if (Current < ' ' || Current > '~')
            {
                return Fail(_position, 1, "A string holds printable ASCII only; write other characters as numbers, such as %xE9.");
            }

            _position++;
        }

        string text = _text.Substring(content, _position - content);
        _position++;
        return new Literal(SpanFrom(start), text, isCaseSensitive);
    }

    private Element? ReadSingleQuoted(int start)
    {
        int end = _position + 1;
        while (end < _text.Length && _text[end] != '\'' && _text[end] != '\n')
        {
            end++;
        }

        if (end >= _text.Length || _text[end] != '\'')
        {
            return Fail(start, 1, "A string stands in double quotes.");
        }

        string text = _text.Substring(start + 1, end - start - 1);
        _position = end + 1;
        Complain(Descriptors.ForeignNotation, start, _position - start, $"'{text}'", $"%s\"{text}\"", "for a string in which case matters, or without %s where it does not");
        return new Literal(SpanFrom(start), text, isCaseSensitive: true);
    }

    private Element? ReadPercent(int start)
    {
        _position++;
        char kind = char.ToLowerInvariant(Current);
        if (kind is 's' or 'i')
        {
            _position++;
            return Current == '"'
                ? ReadLiteral(start, isCaseSensitive: kind == 's')
                : Fail(start, 2, $"After %{kind} comes a string in double quotes, without a space.");
        }

        int radix = kind switch { 'x' => 16, 'd' => 10, 'b' => 2, _ => 0 };
        if (radix == 0)
        {
            return Fail(start, 1, "After '%' comes x, d or b with a number, or s or i with a string.");
        }

        _position++;
        if (!ReadValue(start, radix, out int first))
        {
            return null;
        }

        if (Current == '-' || (Current == '.' && Next == '.'))
        {
            return ReadRange(start, radix, kind, first);
        }

        var values = new List<int> { first };
        while (Current == '.')
        {
            _position++;
            if (!ReadValue(start, radix, out int value))
            {
                return null;
            }

            values.Add(value);
        }

        return new NumericSequence(SpanFrom(start), values);
    }

    private char Next => _position + 1 < _text.Length ? _text[_position + 1] : '\0';

    private Element? ReadRange(int start, int radix, char kind, int first)
    {
        if (Current == '.')
        {
            Complain(Descriptors.ForeignNotation, _position, 2, "..", "-", "between the ends of a range");
            _position += 2;
        }
        else
        {
            _position++;
        }

        if (Current == '%')
        {
            return Fail(_position, 1, $"The second end of a range stands without '%{kind}'.");
        }

        int secondStart = _position;
        if (!ReadValue(start, radix, out int last))
        {
            return null;
        }

        if (first > last)
        {
            SourceSpan span = SpanFrom(start);
            string corrected = $"%{kind}{_text.Substring(secondStart, _position - secondStart)}-{_text.Substring(start + 2, secondStart - start - 3).TrimEnd('.', '-')}";
            Complain(Descriptors.InvertedRange, span.Start, span.Length, span.Text, corrected);
            (first, last) = (last, first);
        }

        return new NumericRange(SpanFrom(start), first, last);
    }

    private bool ReadValue(int start, int radix, out int value)
    {
        long number = 0;
        int digits = 0;
        while (DigitValue(Current) is int digit && digit >= 0 && digit < radix)
        {
            number = number > 0x10FFFF ? number : (number * radix) + digit;
            digits++;
            _position++;
        }

        value = (int)number;
        if (digits == 0)
        {
            Fail(_position, AtEnd ? 0 : 1, $"A {(radix == 16 ? "hexadecimal" : radix == 10 ? "decimal" : "binary")} number is missing here.");
            return false;
        }

        if (number > 0x10FFFF)
        {
            Complain(Descriptors.ValueTooLarge, start, _position - start, _text.Substring(start, _position - start));
            _failed = true;
            return false;
        }

        return true;
    }

    private Element? ReadProse(int start)
    {
        int end = _position + 1;
        while (end < _text.Length && _text[end] != '>' && _text[end] != '\n')
        {
            end++;
        }

        if (end >= _text.Length || _text[end] != '>')
        {
            return Fail(start, 1, "The prose that begins here is not closed; it ends with '>' on the same line.");
        }

        _position = end + 1;
        return new ProseValue(SpanFrom(start), _text.Substring(start + 1, end - start - 1));
    }

    private Element? Fail(int start, int length, string sentence)
    {
        Complain(Descriptors.Syntax, start, length, sentence);
        _failed = true;
        return null;
    }

    private void ComplainOfCurrent()
    {
        _failed = true;
        string sentence = Current switch
        {
            ')' => "This ')' closes no group; leave it out, or write '(' where the group begins.",
            ']' => "This ']' closes no option; leave it out, or write '[' where the option begins.",
            '=' => "A '=' stands in the middle of a rule; begin the new rule in the column where rules begin.",
            '+' => "'+' is not ABNF; write '1*' before the element to repeat it.",
            '?' => "'?' is not ABNF; write '[' and ']' around what may be left out.",
            '{' or '}' => "Braces are not ABNF; write '*' and parentheses around what is repeated.",
            ',' => "',' is not ABNF; elements follow each other with a space between.",
            '.' => "'.' is not ABNF between elements; write a space, and '-' between the ends of a range.",
            '#' => "The list form '#' is not ABNF of RFC 5234; write the list out: element *( \",\" element ).",
            '/' => "An alternative is missing before this '/'.",
            _ => $"'{Current}' begins no element; write a rule's name, a quoted string, a %x value, a group or an option.",
        };
        Complain(Descriptors.Syntax, _position, AtEnd ? 0 : 1, sentence);
    }

    /// <summary>Skips blanks, comments and line ends that do not end the rule.</summary>
    private void SkipSpace()
    {
        while (!AtEnd)
        {
            if (Current == ' ' || Current == '\t')
            {
                _position++;
            }
            else if (Current == ';')
            {
                while (!AtEnd && Current != '\n')
                {
                    _position++;
                }
            }
            else if ((Current == '\n' || Current == '\r') && FindContinuation(out int continuation))
            {
                _position = continuation;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Whether the rule goes on after the line end at the current position: the next line with content is indented more than rules are.</summary>
    private bool FindContinuation(out int continuation)
    {
        continuation = 0;
        int position = _position;
        while (position < _text.Length)
        {
            int newline = _text.IndexOf('\n', position);
            if (newline < 0)
            {
                return false;
            }

            int content = newline + 1;
            while (content < _text.Length && (_text[content] == ' ' || _text[content] == '\t'))
            {
                content++;
            }

            if (content >= _text.Length)
            {
                return false;
            }

            if (_text[content] != '\r' && _text[content] != '\n' && _text[content] != ';')
            {
                continuation = content;
                return content - newline - 1 > _ruleColumn;
            }

            position = content;
        }

        return false;
    }

    /// <summary>Where the line after this rule's end begins where rules do but is none, it was to continue this one.</summary>
    private string HintOfNextLine()
    {
        int position = AtEnd ? -1 : _text.IndexOf('\n', _position);
        if (position < 0)
        {
            return "";
        }

        position = PastBlanks(position + 1);
        if (position >= _text.Length || _text[position] is ';' or '\r' or '\n')
        {
            return "";
        }

        int name = position;
        while (position < _text.Length && (AbnfReader.IsLetter(_text[position]) || IsDigit(_text[position]) || _text[position] == '-'))
        {
            position++;
        }

        bool isNamed = position > name;
        position = PastBlanks(position);
        return isNamed && (StandsAt(position, "=") || Array.Exists(ForeignDefinedAs, foreign => StandsAt(position, foreign)))
            ? ""
            : $"; the next line continues this rule only if it {Continuing}";
    }

    private int PastBlanks(int position)
    {
        while (position < _text.Length && (_text[position] == ' ' || _text[position] == '\t'))
        {
            position++;
        }

        return position;
    }

    private bool StandsAt(int position, string text) => string.CompareOrdinal(_text, position, text, 0, text.Length) == 0;

    private bool AtRuleEnd() => AtEnd || Current == '\n' || (Current == '\r' && (Next == '\n' || _position + 1 >= _text.Length));

    private SourceSpan SpanFrom(int start) => SpanFrom(start, _position);

    private SourceSpan SpanFrom(int start, int end) => new(_file, start, end - start);

    private static bool IsDigit(char c) => c >= '0' && c <= '9';

    private static int DigitValue(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'F' => c - 'A' + 10,
        >= 'a' and <= 'f' => c - 'a' + 10,
        _ => -1,
    };
}
