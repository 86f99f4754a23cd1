namespace SmtpEmbedded.Relay;

/// <summary>
/// Ways to log in beyond PLAIN and LOGIN: those that need cryptography a device has not, or a token from elsewhere. The
/// gateway brings them with <see cref="Smarthost.Login"/>; a device has none. May wait for a program or a web server, within
/// its own limits. Used by one session at a time.
/// </summary>
public interface ILogin
{
    /// <summary>Begins an exchange (RFC 4954).</summary>
    /// <param name="offered">The mechanisms the smarthost offers, with spaces between; no other may be chosen.</param>
    /// <returns>The mechanism chosen; null leaves the login to PLAIN and LOGIN, unless <see cref="Error"/> says why it must fail.</returns>
    string? Begin(string offered);

    /// <summary>What to answer.</summary>
    /// <param name="challenge">The text of a 334 in base64; null asks for the initial response.</param>
    /// <returns>The response; null when there is no initial response, or none that makes sense and <see cref="Error"/> says why.</returns>
    byte[]? Respond(string? challenge);

    /// <summary>The smarthost has said yes or no.</summary>
    /// <returns>False when its yes cannot be believed: <see cref="Error"/> says why.</returns>
    bool End(bool accepted);

    /// <summary>What is wrong, as a sentence without secrets; empty when nothing is.</summary>
    string Error { get; }
}
