using System.IO;
using System.Net.Sockets;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>Stands in for the device's handshake, which names members .NET's SslStream does not have.</summary>
internal static class TlsStream
{
    /// <summary>Refuses.</summary>
    public static Stream Open(Socket socket, string host, byte[]? authorities)
    {
        throw new IOException("there is no TLS in this build");
    }
}
