namespace SmtpEmbedded.Gateway.Login;

/// <summary>One exchange of a SASL mechanism (RFC 4422), from the client's side, without I/O.</summary>
public interface ISaslMechanism
{
    /// <summary>Whether the client speaks first.</summary>
    bool HasInitialResponse { get; }

    /// <summary>Answers a challenge; the first call of a mechanism that speaks first has an empty one.</summary>
    /// <returns>The response; null when the challenge makes no sense, with the reason in <see cref="Error"/>.</returns>
    byte[]? Respond(byte[] challenge);

    /// <summary>Whether the server has proven that it knows the password too, where the mechanism lets it.</summary>
    bool IsProven { get; }

    /// <summary>What is wrong, or what the server said is wrong; without secrets.</summary>
    string Error { get; }
}
