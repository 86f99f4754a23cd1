namespace SmtpEmbedded.Relay;

/// <summary>Where a <see cref="MessageReader"/> gets a message's bytes from; every implementation of <see cref="ISpool"/> has one.</summary>
public interface IMessageSource
{
    /// <summary>Reads the next bytes.</summary>
    /// <returns>How many were read; 0 at the end, -1 when the message is damaged or the disk fails.</returns>
    int Read(byte[] buffer, int offset, int count);

    /// <summary>Starts over at the first byte.</summary>
    void Rewind();

    /// <summary>Lets go of the message.</summary>
    void Close();
}
