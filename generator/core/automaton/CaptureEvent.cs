namespace SmtpEmbedded.Abnf;

/// <summary>What happens at a place of the input.</summary>
public enum CaptureEventKind
{
    /// <summary>A top-level alternative of the root begins.</summary>
    Alternative,

    /// <summary>A captured rule begins.</summary>
    Open,

    /// <summary>A captured rule ends.</summary>
    Close,
}

/// <summary>An event and the alternative or captured rule it is about, by its place among them.</summary>
public readonly record struct CaptureEvent(CaptureEventKind Kind, int Index);
