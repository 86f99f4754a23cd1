namespace SmtpEmbedded.Relay;

/// <summary>How far a <see cref="ReplyReader"/> has come.</summary>
public enum ReplyProgress
{
    /// <summary>The line is not complete.</summary>
    NeedsMore,

    /// <summary>A line is complete and more lines of the same reply follow.</summary>
    Line,

    /// <summary>The last line, and with it the reply, is complete.</summary>
    Reply,

    /// <summary>What came is no reply; <see cref="ReplyReader.Fault"/> says why.</summary>
    Invalid,
}
