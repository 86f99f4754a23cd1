namespace SmtpEmbedded.Relay;

/// <summary>Receives a message as DATA sends it, up to its end.</summary>
public interface IDataReceiver
{
    /// <summary>Whether the end of data has come.</summary>
    bool IsComplete { get; }

    /// <summary>Whether it was another end than CRLF . CRLF: nothing that follows it can be trusted to be a command.</summary>
    bool IsEndDoubtful { get; }

    /// <summary>Gets ready for a message; the sink has begun one.</summary>
    void Begin();

    /// <summary>Takes bytes of the message, none past its end.</summary>
    /// <returns>How many were taken.</returns>
    int Receive(byte[] buffer, int offset, int count);
}
