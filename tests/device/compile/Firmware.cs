using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using SmtpEmbedded.Device.Tests.Reference;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>The project's own code as the device would get it, compiled once for all tests.</summary>
internal static class Firmware
{
    /// <summary>The name the relay's assembly has on the device.</summary>
    public const string RelayName = "SmtpEmbedded.Relay";

    /// <summary>The name of the device's application.</summary>
    public const string DeviceName = "SmtpEmbedded.Device";

    private static readonly Lazy<DeviceCompilation> CompiledRelay = new(
        () => DeviceCompiler.CompileFiles(
            RelayName, RepositoryFiles.Find("firmware/relay", "*.cs"), DeviceReferences.Of(DeviceCompiler.RelayReferences)));

    private static readonly Lazy<DeviceCompilation?> CompiledDevice = new(CompileDevice);

    /// <summary>The relay, with its generated parsers.</summary>
    public static DeviceCompilation Relay => CompiledRelay.Value;

    /// <summary>The device's application on top of the relay, with every assembly of the device; null while it has no source.</summary>
    public static DeviceCompilation? Device => CompiledDevice.Value;

    private static DeviceCompilation? CompileDevice()
    {
        var files = RepositoryFiles.Find("firmware/device", "*.cs");
        if (files.Count == 0)
        {
            return null;
        }

        var references = DeviceReferences.Assemblies.Select(reference => reference.Metadata);
        if (Relay.Image is { } image)
        {
            references = references.Append(MetadataReference.CreateFromImage(image));
        }

        return DeviceCompiler.CompileFiles(DeviceName, files, [.. references]);
    }
}
