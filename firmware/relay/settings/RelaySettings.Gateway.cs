#if !NANOFRAMEWORK_1_0
namespace SmtpEmbedded.Relay;

/// <content>What only a gateway can use; not compiled for a device.</content>
public sealed partial class RelaySettings
{
    /// <summary>The file of the certificate clients are shown: PEM with its chain, or PKCS #12 (.pfx, .p12); empty for no TLS. <c>[tls] certificate</c>.</summary>
    public string TlsCertificate { get; set; } = "";

    /// <summary>The file of its private key in PEM; empty where the certificate's file holds it. <c>[tls] key</c>.</summary>
    public string TlsKey { get; set; } = "";

    /// <summary>The password of a PKCS #12 file. Never logged. <c>[tls] password</c>.</summary>
    public string TlsPassword { get; set; } = "";

    /// <summary>The address the operator's page is served on, as <see cref="ListenAddress"/>. <c>[page] listen</c>.</summary>
    public string PageAddress { get; set; } = "127.0.0.1";

    /// <summary>Its port; 0: there is no page. <c>[page] listen</c>.</summary>
    public int PagePort { get; set; }

    /// <summary>The address metrics are served on. Gateways only. <c>[page] metrics</c>.</summary>
    public string MetricsAddress { get; set; } = "127.0.0.1";

    /// <summary>Its port; 0: there are none. <c>[page] metrics</c>.</summary>
    public int MetricsPort { get; set; }
}
#endif
