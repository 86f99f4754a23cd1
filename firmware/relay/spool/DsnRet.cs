namespace SmtpEmbedded.Relay;

/// <summary>How much of a message the sender wants back in a failure report (RFC 3461 section 4.3).</summary>
public enum DsnRet
{
    /// <summary>The sender did not say.</summary>
    NotGiven = 0,

    /// <summary>RET=FULL: the whole message.</summary>
    Full = 1,

    /// <summary>RET=HDRS: its header section only.</summary>
    Headers = 2,
}
