namespace SmtpEmbedded.Relay;

/// <summary>Who keeps count of alerts and makes mail of them: <c>engine/</c>. The relay raises its own through it. From any thread.</summary>
public interface IAlerts
{
    /// <summary>Says that something is wrong.</summary>
    /// <returns>Whether it is in good hands.</returns>
    bool Raise(Severity severity, string source, string title, string details);

    /// <summary>Says that something is right again; nothing if it was not raised.</summary>
    void Resolve(string source, string title);

    /// <summary>Says what became of a mail of <see cref="AlertMail"/>.</summary>
    /// <param name="id">The mail's number.</param>
    /// <param name="isGood">Whether the smarthost took it for one recipient at least.</param>
    void Delivered(long id, bool isGood);

    /// <summary>Writes the mails whose time has come.</summary>
    /// <returns>The uptime in milliseconds at which it wants to run again.</returns>
    long RunOnce();
}
