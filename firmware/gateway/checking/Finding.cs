namespace SmtpEmbedded.Gateway.Checking;

/// <summary>How much a finding matters.</summary>
public enum Verdict
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, and yet somebody should look at it.</summary>
    Warning,

    /// <summary>Mail will not get in or out like this.</summary>
    Wrong,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Verdict">How it is.</param>
/// <param name="Subject">What was looked at: "settings", "spool", "listen", "smarthost HOST:PORT" ...</param>
/// <param name="Text">What was found, as a sentence.</param>
/// <param name="Advice">What to do about it; empty for what is good.</param>
public sealed record Finding(Verdict Verdict, string Subject, string Text, string Advice = "");
