namespace SmtpEmbedded.Relay;

/// <summary>
/// What a lenient session takes besides SMTP. An interface so that a board whose clients are all well-behaved can leave the
/// folder quirks out; the one implementation there is <see cref="RelaySettings.Quirks"/>. One session at a time.
/// </summary>
public interface IQuirks
{
    /// <summary>Makes another one, for another session.</summary>
    IQuirks Create();

    /// <summary>Writes a line that is no command anew as the command it was meant for.</summary>
    /// <param name="line">The line, from its start; the new one takes its place.</param>
    /// <param name="length">How long it is, with its line end.</param>
    /// <param name="recipient">Who gets what is for a name without a domain; empty where our own domain is meant.</param>
    /// <returns>How long the new line is; 0 when nothing is known that it could mean, and the line is as it was.</returns>
    int Rewrite(byte[] line, int length, byte[] recipient);

    /// <summary>Receives messages for a session, through its sink.</summary>
    IDataReceiver ReceiverFor(MessageSink sink);
}
