using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device;

/// <summary>The settings on the internal drive.</summary>
internal sealed class SettingsFile
{
    /// <summary>What was read, on top of the board's defaults.</summary>
    public RelaySettings Settings { get; private set; } = DeviceDefaults.Create();

    /// <summary>Why there are no settings, as file:line:column: message; empty when there are.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Reads the file.</summary>
    public bool Read()
    {
        byte[] file = DeviceFile.ReadIfThere(DevicePaths.Settings);
        if (file == null)
        {
            Error = DevicePaths.Settings + ": there is no such file";
            return false;
        }

        Error = Check(file, file.Length, Settings);
        return Error.Length == 0;
    }

    /// <summary>Reads settings from bytes.</summary>
    /// <returns>Empty when all is right, else file:line:column: message.</returns>
    public static string Check(byte[] file, int count, RelaySettings into)
    {
        SettingsReader reader = new SettingsReader();
        if (!reader.Read(file, count, into))
        {
            return DevicePaths.Settings + ":" + reader.ErrorLine.ToString() + ":" + reader.ErrorColumn.ToString() + ": " + reader.Error;
        }

        return into.Smarthost.Host.Length == 0 ? DevicePaths.Settings + ": no smarthost is set" : "";
    }
}
