namespace SmtpEmbedded.Relay;

/// <summary>What a <see cref="ClientSession"/> needs its driver to do next. Whatever it is, pending output is sent first.</summary>
public enum ClientWants
{
    /// <summary>Bytes from the smarthost: receive until <see cref="ClientSession.Deadline"/>, then call <see cref="ClientSession.Receive"/>.</summary>
    Input,

    /// <summary>Turn the connection into a TLS one, then call <see cref="ClientSession.TlsStarted"/>. Receive nothing before.</summary>
    StartTls,

    /// <summary>The next message (<see cref="ClientSession.Begin"/>) or the end (<see cref="ClientSession.Quit"/>); the results of the last message can be read.</summary>
    Message,

    /// <summary>Close the connection once the output is sent. <see cref="ClientSession.Failure"/> says whether that was wanted.</summary>
    Close,
}
