using SmtpEmbedded.Device.Tests.Compile;
using Xunit;

namespace SmtpEmbedded.Device.Tests;

/// <summary>Every file of the relay, and of the device's own application, compiles for nanoFramework 1.17.</summary>
public sealed class RelayCompilesForTheDevice
{
    [Fact]
    public void RelayCompilesWithoutErrorOrWarning()
    {
        var relay = Firmware.Relay;

        Assert.True(relay.IsClean, relay.Report());
    }

    [Fact]
    public void DeviceCompilesWithoutErrorOrWarning()
    {
        var device = Firmware.Device;

        Assert.True(device is null || device.IsClean, device?.Report());
    }
}
