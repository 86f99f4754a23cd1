using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

/// <summary>Parses the settings file as <c>grammar/settings.abnf</c> defines it; what the values mean is <see cref="SettingsReader"/>'s business.</summary>
#if NANOFRAMEWORK_1_0
[AbnfParser("settings", Captures = Everywhere)]
#else
[AbnfParser(
    "settings",
    Captures = Everywhere + " domain-entry smarthost-domain maildir-entry maildir-path roots-entry roots-path pins-entry pin certificate-entry certificate-name "
        + "auth-entry auth-name password-file-entry password-path token-file-entry token-path token-command-entry token-command "
        + "token-url-entry token-url client-id-entry client-id client-secret-entry client-secret client-secret-file-entry client-secret-path "
        + "refresh-token-entry refresh-token scope-entry token-scope rate-entry rate-count rate-period connections-entry connection-count "
        + "nameserver-entry nameserver-address nameserver-port")]
#endif
public sealed partial class SettingsParser
{
    private const string Everywhere = "listen-entry listen-address listen-port hostname-entry hostname-value allow-entry network-address prefix-length "
        + "smarthost-header host-entry smarthost-host port-entry smarthost-port security-entry security-none security-starttls security-tls "
        + "user-entry smarthost-user password-entry smarthost-password "
        + "path-entry spool-path quota-entry quota-number quota-unit "
        + "from-entry alert-from to-entry alert-to page-listen-entry page-listen-address page-listen-port";
}
