namespace SmtpEmbedded.Relay.Page;

/// <summary>What the operator's page needs to know of the machine and the relay, and may do to them. One implementation for .NET, one for the device. From any thread.</summary>
public interface IPageHost
{
    /// <summary>The settings in force.</summary>
    RelaySettings Settings { get; }

    /// <summary>The alerts of the relay.</summary>
    Alerts Alerts { get; }

    /// <summary>What has become of mail; null while there is no relay.</summary>
    Journal? Journal { get; }

    /// <summary>How many sessions are being served.</summary>
    int Sessions { get; }

    /// <summary>How many messages wait.</summary>
    int Waiting { get; }

    /// <summary>How much of the spool's quota is used, in percent.</summary>
    int PercentUsed { get; }

    /// <summary>Bytes of memory in use.</summary>
    long MemoryUsed { get; }

    /// <summary>Puts the messages that wait into an array, as many as fit, in no order.</summary>
    /// <returns>How many it put there.</returns>
    int Queue(QueuedMessage[] into);

    /// <summary>The last lines of the log, UTF-8, each with LF at its end.</summary>
    byte[] ReadLog();

    /// <summary>The coding of <see cref="ReadHtml"/> as in a Content-Encoding field; empty for none.</summary>
    string HtmlEncoding { get; }

    /// <summary>The page itself.</summary>
    byte[] ReadHtml();

    /// <summary>The settings file; null when it cannot be read.</summary>
    byte[]? ReadSettings();

    /// <summary>Settings with the defaults of this machine, to read a file into.</summary>
    RelaySettings CreateDefaults();

    /// <summary>Replaces the settings file, durably.</summary>
    /// <returns>Empty, or why it cannot be written.</returns>
    string WriteSettings(byte[] file);

    /// <summary>Begins again with the settings as they are now. Returns at once.</summary>
    void Restart();

    /// <summary>A way to the smarthost that no one else uses.</summary>
    IConnector CreateConnector();

    /// <summary>Whether the bytes are the operator's password. Takes the same time whatever they are.</summary>
    bool IsPassword(byte[] bytes, int start, int count);

    /// <summary>Fills an array with bytes nobody can guess.</summary>
    void Randomize(byte[] bytes);
}
