namespace SmtpEmbedded.Relay;

/// <summary>How much an alert matters, least first.</summary>
public enum Severity
{
    /// <summary>Good to know; nobody needs to do anything.</summary>
    Information,

    /// <summary>Something will go wrong if nobody looks at it.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,

    /// <summary>Something needs a person now.</summary>
    Critical,
}
