#if !NANOFRAMEWORK_1_0
namespace SmtpEmbedded.Relay;

/// <content>What only a gateway can use; not compiled for a device.</content>
public sealed partial class Smarthost
{
    /// <summary>Whether <see cref="Host"/> is a domain whose hosts are found by its MX records (RFC 5321 section 5.1). <c>[smarthost] domain</c>.</summary>
    public bool IsDomain { get; set; }

    /// <summary>The folder of a Maildir that takes the mail in place of a host; empty for none. <c>[smarthost] maildir</c>.</summary>
    public string Maildir { get; set; } = "";

    /// <summary>A file in PEM with the certificates to trust in place of the system's; empty for those. <c>[smarthost] roots</c>.</summary>
    public string Roots { get; set; } = "";

    /// <summary>SHA-256 of public keys in base64 (RFC 7469 section 2.4), one of which must be in the verified chain; empty for no pins, else two at least. <c>[smarthost] pins</c>.</summary>
    public string[] Pins { get; set; } = new string[0];

    /// <summary>The name the certificate must be for; empty for the host's. <c>[smarthost] certificate</c>.</summary>
    public string CertificateName { get; set; } = "";

    /// <summary>The one mechanism to log in with; empty for the best both sides know. <c>[smarthost] auth</c>.</summary>
    public string Auth { get; set; } = "";

    /// <summary>A file whose first line is the password. <c>[smarthost] password-file</c>.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>A file whose first line is the token. <c>[smarthost] token-file</c>.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>A program whose first line of output is the token. <c>[smarthost] token-command</c>.</summary>
    public string TokenCommand { get; set; } = "";

    /// <summary>Where tokens are got (RFC 6749 section 3.2). <c>[smarthost] token-url</c>.</summary>
    public string TokenUrl { get; set; } = "";

    /// <summary>Who we are at <see cref="TokenUrl"/>. <c>[smarthost] client-id</c>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The secret that goes with it; may be empty with a refresh token. Never logged. <c>[smarthost] client-secret</c>.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>A file whose first line is the secret. <c>[smarthost] client-secret-file</c>.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>A refresh token (RFC 6749 section 6); empty for client credentials (section 4.4). Never logged. <c>[smarthost] refresh-token</c>.</summary>
    public string RefreshToken { get; set; } = "";

    /// <summary>What is asked for (RFC 6749 section 3.3). <c>[smarthost] scope</c>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>How many connections may carry a backlog at once. <c>[smarthost] connections</c>.</summary>
    public int Connections { get; set; } = 1;

    /// <summary>The name server for MX and address records, as text without brackets; empty for the system's. <c>[smarthost] nameserver</c>.</summary>
    public string NameServer { get; set; } = "";

    /// <summary>The name server's port.</summary>
    public int NameServerPort { get; set; } = 53;

    /// <summary>Whether a token is to be had somehow.</summary>
    public bool HasToken => TokenFile.Length > 0 || TokenCommand.Length > 0 || TokenUrl.Length > 0;
}
#endif
