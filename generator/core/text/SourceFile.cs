using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>The text of one grammar file, with the map from offsets to lines.</summary>
public sealed class SourceFile
{
    private readonly List<int> _lineStarts = new() { 0 };

    /// <summary>Wraps a file's text.</summary>
    /// <param name="path">How diagnostics name the file; never opened.</param>
    /// <param name="text">The whole text; lines end in LF or CRLF.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>How diagnostics name the file.</summary>
    public string Path { get; }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The file's name without its folders.</summary>
    public string Name => Path.Substring(Path.LastIndexOfAny(new[] { '/', '\\' }) + 1);

    /// <summary>Where an offset stands, both counted from 0.</summary>
    public void GetLineAndColumn(int offset, out int line, out int column)
    {
        line = _lineStarts.BinarySearch(offset);
        if (line < 0)
        {
            line = ~line - 1;
        }

        column = offset - _lineStarts[line];
    }

    /// <summary>The text of a line, counted from 0, without its end.</summary>
    public string GetLine(int line)
    {
        int start = _lineStarts[line];
        int end = line + 1 < _lineStarts.Count ? _lineStarts[line + 1] : Text.Length;
        return Text.Substring(start, end - start).TrimEnd('\r', '\n');
    }
}
