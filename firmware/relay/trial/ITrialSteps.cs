namespace SmtpEmbedded.Relay;

/// <summary>Who is shown the steps of a <see cref="SmarthostTrial"/> as they happen.</summary>
public interface ITrialSteps
{
    /// <summary>One step: a line of the dialogue ("&gt; EHLO ...", "&lt; 250 ...") or a sentence. Printable, without secrets.</summary>
    void Step(string line);
}
