namespace SmtpEmbedded.Abnf;

/// <summary>One kind of complaint: its stable id, its severity, and the sentence with {0}, {1} ... for its arguments.</summary>
public sealed class DiagnosticDescriptor
{
    /// <summary>Defines a kind of complaint.</summary>
    public DiagnosticDescriptor(string id, Severity severity, string title, string message)
    {
        Id = id;
        Severity = severity;
        Title = title;
        Message = message;
    }

    /// <summary>The stable id, "ABNF001" and up; never given to another complaint.</summary>
    public string Id { get; }

    /// <summary>How much it matters.</summary>
    public Severity Severity { get; }

    /// <summary>A few words for lists.</summary>
    public string Title { get; }

    /// <summary>The sentence, with places for arguments; it says what to write instead.</summary>
    public string Message { get; }
}
