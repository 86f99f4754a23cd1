using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>Settings files: "LINE:COLUMN" of the first mistake, or "ok" and some of what was read.</summary>
internal sealed class SettingsVectors : IVectors
{
    private readonly Conformance _conformance;
    private readonly SettingsReader _reader = new SettingsReader();
    private readonly Octets _input = new Octets();

    public SettingsVectors(Conformance conformance)
    {
        _conformance = conformance;
    }

    public void After(string preparation)
    {
    }

    public void Check(int line, string expected, string input)
    {
        _input.Clear();
        _input.AddEscaped(input);
        RelaySettings settings = new RelaySettings();
        string actual = _reader.Read(_input.Bytes, _input.Count, settings)
            ? "ok " + settings.ListenAddress + " " + settings.ListenPort.ToString() + " " + settings.Hostname + " " + settings.AllowedNetworks.Length.ToString() + " "
                + settings.Smarthost.Host + " " + settings.Smarthost.Port.ToString() + " " + ((int)settings.Smarthost.Security).ToString() + " " + settings.Smarthost.User + " "
                + settings.SpoolQuota.ToString() + " " + settings.AlertTo
            : _reader.ErrorLine.ToString() + ":" + _reader.ErrorColumn.ToString();
        _conformance.Check(actual == expected, line, expected, actual);
    }
}
