namespace SmtpEmbedded.Gateway.Logging;

/// <summary>The form of a line in the log.</summary>
public enum LogFormat
{
    /// <summary>Time, level, source and text, for people.</summary>
    Text,

    /// <summary>An object a line with <c>time</c>, <c>level</c>, <c>source</c> and <c>message</c>, for programs.</summary>
    Json,

    /// <summary>As systemd's journal wants it: the priority in front, no time. Text becomes this when standard error is the journal.</summary>
    Journal,
}
