using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Relay;

/// <summary>Parses the settings file as <c>grammar/settings.abnf</c> defines it; what the values mean is <see cref="SettingsReader"/>'s business.</summary>
[AbnfParser(
    "settings",
    Captures = "listen-entry listen-address listen-port hostname-entry hostname-value allow-entry network-address prefix-length "
        + "smarthost-header host-entry smarthost-host port-entry smarthost-port security-entry security-none security-starttls security-tls "
        + "user-entry smarthost-user password-entry smarthost-password "
        + "path-entry spool-path quota-entry quota-number quota-unit "
        + "from-entry alert-from to-entry alert-to",
    TerseOnDevice = true,
    OmitUndecided = true,
    PreferSize = true)]
public sealed partial class SettingsParser
{
}
