using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Page;
using SmtpEmbedded.Relay.Platform;

namespace SmtpEmbedded.Device;

/// <content>The operator's page, in an image that has it.</content>
internal sealed partial class Application
{
    private const int PagePort = 80;

    // A settings file must fit in with the head of its request.
    private const int PageRequest = 6 * 1024;

    private readonly DeviceRandom _random = new DeviceRandom();

    partial void ServePage(RelaySettings settings, Relay.Relay relay, Alerts alerts, SocketPlatform platform)
    {
        // The network has come up in the meantime, in its own time.
        _random.Stir();
        DevicePage page = new DevicePage(settings, relay, alerts, platform, _log, _random);
        int atOnce = _board.Sockets > SocketPlatform.SocketsOfEsp32C3 ? 3 : 1;
        platform.Start(new PageServer(platform, page, _log, "*", PagePort, atOnce, PageRequest));
    }
}
