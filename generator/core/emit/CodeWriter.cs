using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>Writes indented C# text, line ends always LF.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    internal void Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', _depth * 4).Append(line);
        }

        _text.Append('\n');
    }

    internal void Open(string? line = null)
    {
        if (line != null)
        {
            Line(line);
        }

        Line("{");
        _depth++;
    }

    internal void Close(string end = "}")
    {
        _depth--;
        Line(end);
    }

    internal void Indent() => _depth++;

    internal void Outdent() => _depth--;

    public override string ToString() => _text.ToString();
}
