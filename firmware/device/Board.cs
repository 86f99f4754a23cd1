namespace SmtpEmbedded.Device;

/// <summary>
/// The pins and limits of a board. The numbers are those of the usual development boards; change them here for another.
/// </summary>
internal sealed class Board
{
    private Board(int ledPin, int buttonPin, int contactPin, int sockets)
    {
        LedPin = ledPin;
        ButtonPin = buttonPin;
        ContactPin = contactPin;
        Sockets = sockets;
    }

    /// <summary>A light that is on while the pin is high; -1 for none.</summary>
    public int LedPin { get; }

    /// <summary>A button to ground; held at power-on it asks for the setup form. The BOOT button of most boards.</summary>
    public int ButtonPin { get; }

    /// <summary>A contact to ground that raises an alert when it closes and another when it opens.</summary>
    public int ContactPin { get; }

    /// <summary>How many sockets the firmware has.</summary>
    public int Sockets { get; }

    /// <summary>The board for a firmware target such as ESP32_PSRAM_REV3, XIAO_ESP32C3 or ESP32_S3.</summary>
    public static Board OfTarget(string target)
    {
        string name = target == null ? "" : target.ToUpper();
        if (name.IndexOf("C3") >= 0)
        {
            return new Board(8, 9, 4, Relay.Platform.SocketPlatform.SocketsOfEsp32C3);
        }

        if (name.IndexOf("C6") >= 0)
        {
            return new Board(15, 9, 4, Relay.Platform.SocketPlatform.SocketsOfEsp32);
        }

        if (name.IndexOf("S3") >= 0)
        {
            return new Board(2, 0, 4, Relay.Platform.SocketPlatform.SocketsOfEsp32);
        }

        return new Board(2, 0, 4, Relay.Platform.SocketPlatform.SocketsOfEsp32);
    }
}
