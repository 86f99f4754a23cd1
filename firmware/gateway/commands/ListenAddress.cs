using System.Net;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Where the relay of some settings can be reached from this machine.</summary>
internal static class ListenAddress
{
    /// <summary>Its address and port; the loopback address where it listens on all.</summary>
    public static IPEndPoint Of(RelaySettings settings) =>
        new(settings.ListenAddress == "*" ? IPAddress.Loopback : IPAddress.Parse(settings.ListenAddress), settings.ListenPort);
}
