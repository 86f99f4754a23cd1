namespace SmtpEmbedded.Abnf;

/// <summary>A stretch of a grammar file: offsets in characters from the file's start.</summary>
public readonly struct SourceSpan
{
    /// <summary>Makes a span.</summary>
    public SourceSpan(SourceFile file, int start, int length)
    {
        File = file;
        Start = start;
        Length = length;
    }

    /// <summary>The file.</summary>
    public SourceFile File { get; }

    /// <summary>The first character's offset.</summary>
    public int Start { get; }

    /// <summary>How many characters; may be 0.</summary>
    public int Length { get; }

    /// <summary>The offset after the last character.</summary>
    public int End => Start + Length;

    /// <summary>The text it covers.</summary>
    public string Text => File.Text.Substring(Start, Length);
}
