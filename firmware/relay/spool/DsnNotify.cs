namespace SmtpEmbedded.Relay;

/// <summary>When the sender wants to hear about a recipient (RFC 3461 section 4.1); the values add up.</summary>
public static class DsnNotify
{
    /// <summary>The sender did not say: report failures, and delays when they last.</summary>
    public const int NotGiven = 0;

    /// <summary>NOTIFY=NEVER.</summary>
    public const int Never = 1;

    /// <summary>NOTIFY=SUCCESS.</summary>
    public const int Success = 2;

    /// <summary>NOTIFY=FAILURE.</summary>
    public const int Failure = 4;

    /// <summary>NOTIFY=DELAY.</summary>
    public const int Delay = 8;
}
