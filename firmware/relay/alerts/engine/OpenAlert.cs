namespace SmtpEmbedded.Relay;

/// <summary>One alert that is open, or was until lately: a place in the table of <see cref="Alerts"/>, which alone writes it. Times are uptime in milliseconds.</summary>
public sealed class OpenAlert
{
    /// <summary>What the alert is about.</summary>
    public string Origin = "";

    /// <summary>What is wrong.</summary>
    public string Title = "";

    /// <summary>What was said last to explain it.</summary>
    public string Details = "";

    /// <summary>The worst it was raised with.</summary>
    public Severity Severity;

    /// <summary>Whether it was raised and not resolved since.</summary>
    public bool IsOpen;

    /// <summary>When it was first raised.</summary>
    public long First;

    /// <summary>When it was last raised.</summary>
    public long Last;

    /// <summary>How often it was raised since <see cref="First"/>.</summary>
    public int Count;

    /// <summary>How many of these a mail has told of.</summary>
    internal int Told;

    /// <summary>Whether the last mail said that it is open.</summary>
    internal bool IsToldOpen;

    /// <summary>The severity the last mail told.</summary>
    internal Severity ToldSeverity;

    /// <summary>When the last mail was written, and once it is delivered: when that was. Negative: there was none.</summary>
    internal long Mailed = -1;

    /// <summary>The mail that is on its way; 0: none.</summary>
    internal long Mail;

    /// <summary>Whether others have been told too.</summary>
    internal bool IsEscalated;

    /// <summary>Whether it is in the mail being written.</summary>
    internal bool IsPicked;

    /// <summary>Whether there is something no mail has told.</summary>
    internal bool IsNews => Count != Told || IsOpen != IsToldOpen;
}
