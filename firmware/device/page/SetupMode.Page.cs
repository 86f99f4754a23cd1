namespace SmtpEmbedded.Device;

/// <content>In an image with the operator's page the setup page tells its password.</content>
internal sealed partial class SetupMode
{
    private readonly DeviceRandom _random = new DeviceRandom();

    partial void AddNotice(ref string notice)
    {
        _random.Stir();
        notice = "The password of the operator's page, http://BOARD/ once the board has joined the network, is " + PagePassword.Text(PagePassword.Open(_random)) + ".";
    }
}
