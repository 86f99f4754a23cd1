using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

/// <summary>Parses the settings file as <c>grammar/settings.abnf</c> defines it, on .NET with what <c>grammar/gateway</c> adds, where there is the operator's page with <c>grammar/operator</c>; what the values mean is <see cref="SettingsReader"/>'s business.</summary>
[AbnfParser(
#if NANOFRAMEWORK_1_0
    "settings",
#else
    "gateway-settings",
#endif
    Captures = "server-start listen-entry listen-address listen-port second-port hostname-entry hostname-value allow-entry network-address prefix-length "
        + "line-ends-entry line-ends-fix grammar-entry grammar-lenient auth-entry auth-required auth-any "
#if !NANOFRAMEWORK_1_0
        + "client-start access-entry access-refuse sender-entry client-sender recipient-entry client-recipient domains-entry client-domain rate-entry rate-number "
        + "certificate-entry tls-certificate key-entry tls-key tls-password-entry tls-password tls-port-entry tls-port "
        + "login-name login-hash limit-name limit-number limit-unit "
        + "domain-entry smarthost-domain maildir-entry maildir-path roots-entry roots-path pins-entry pin smarthost-certificate-entry certificate-name "
        + "smarthost-auth-entry auth-name password-file-entry password-path token-file-entry token-path token-command-entry token-command "
        + "token-url-entry token-url client-id-entry client-id client-secret-entry client-secret client-secret-file-entry client-secret-path "
        + "refresh-token-entry refresh-token scope-entry token-scope smarthost-rate-entry rate-count rate-period connections-entry connection-count "
        + "nameserver-entry nameserver-address nameserver-port "
#endif
#if !NANOFRAMEWORK_1_0 || OPERATOR
        + "password-ends-entry day group-entry repeat-entry cooldown-entry per-hour-entry urgent-entry resolved-entry yes quiet-entry zone-entry zone "
        + "escalate-to-entry escalate-to escalate-after-entry escalate-entry subject-entry alert-subject body-entry alert-body "
        + "heartbeat-entry weekly stalled-after-entry expiry-days-entry duration-unit count severity clock-time "
#endif
#if !NANOFRAMEWORK_1_0
        + "page-listen-entry page-listen-address page-listen-port metrics-listen-entry metrics-listen-address metrics-listen-port "
#endif
        + "smarthost-header host-entry smarthost-host port-entry smarthost-port security-entry security-none security-starttls security-tls "
        + "user-entry smarthost-user password-entry smarthost-password "
        + "path-entry spool-path quota-entry quota-number quota-unit "
        + "from-entry alert-from to-entry alert-to",
    TerseOnDevice = true,
    OmitUndecided = true,
    PreferSize = true,
    OwnTables = true)]
public sealed partial class SettingsParser
{
}
