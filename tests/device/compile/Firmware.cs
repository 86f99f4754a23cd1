using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>
/// The project's own code as the device would get it, assembly by assembly, compiled once for all tests. The projects that
/// build it for a board (firmware/device and its assemblies) part it in the same way.
/// </summary>
internal static class Firmware
{
    /// <summary>The folders of relay that are not in its main assembly.</summary>
    private static readonly string[] OwnAssemblies = ["firmware/relay/files", "firmware/relay/settings/file", "firmware/relay/dns", "firmware/relay/page", "firmware/relay/alerts/engine", "firmware/relay/server/quirks", "firmware/relay/platform"];

    /// <summary>What only an image with the operator's page has of the relay's main assembly.</summary>
    private const string ForThePage = "firmware/relay/Relay.Page.cs";

    private static readonly string[] RelayPackages = ["mscorlib", "nanoFramework.Runtime.Native", "nanoFramework.System.Text", "System.Threading", "System.IO.Streams", "nanoFramework.System.Collections"];

    private static readonly FirmwareAssembly Relay = new(
        "SmtpEmbedded.Relay",
        FilesOf("firmware/relay", file => file != ForThePage && IsInTheMainAssembly(file)),
        RelayPackages,
        []);

    private static readonly FirmwareAssembly Platform = PlatformWith(Relay, usesLinked: true);

    private static readonly FirmwareAssembly Alerts = AlertsWith(Relay, usesLinked: true);

    private static readonly FirmwareAssembly Files = FilesWith(Relay, usesLinked: true);

    private static readonly FirmwareAssembly Settings = new(
        "SmtpEmbedded.Relay.Settings",
        FilesOf("firmware/relay/settings/file"),
        ["mscorlib", "nanoFramework.System.Text"],
        [Relay]);

    // Only for boards that want it: the application does without.
    private static readonly FirmwareAssembly Dns = new(
        "SmtpEmbedded.Relay.Dns",
        FilesOf("firmware/relay/dns"),
        ["mscorlib", "nanoFramework.System.Text", "System.Net"],
        [Relay]);

    // An image with the operator's page: three assemblies with more in them, the page, and the application that serves it.
    /// <summary>The main assembly with what the page needs of it, the largest there is.</summary>
    public static FirmwareAssembly RelayWithPage { get; } = new("SmtpEmbedded.Relay", FilesOf("firmware/relay", IsInTheMainAssembly), RelayPackages, [], withPage: true);

    private static readonly FirmwareAssembly SettingsWithPage = new(
        "SmtpEmbedded.Relay.Settings",
        FilesOf("firmware/relay/settings/file"),
        ["mscorlib", "nanoFramework.System.Text"],
        [RelayWithPage],
        usesLinked: false,
        symbol: "OPERATOR");

    private static readonly FirmwareAssembly AlertsWithPage = AlertsWith(RelayWithPage, usesLinked: false);

    private static readonly FirmwareAssembly Page = new(
        "SmtpEmbedded.Relay.Page",
        FilesOf("firmware/relay/page").Concat(FilesOf("firmware/device/optional/SmtpEmbedded.Relay.Page")).ToList(),
        ["mscorlib", "nanoFramework.System.Text"],
        [RelayWithPage, AlertsWithPage, SettingsWithPage],
        usesLinked: false);

    private static readonly string[] DevicePackages =
    [
        "mscorlib", "nanoFramework.Runtime.Native", "nanoFramework.Runtime.Events", "nanoFramework.System.Text", "System.Threading", "System.IO.Streams",
        "nanoFramework.System.Collections", "System.Net", "System.IO.FileSystem", "nanoFramework.Hardware.Esp32", "System.Device.Gpio", "System.Device.Wifi",
    ];

    private static readonly FirmwareAssembly Device = new(
        "SmtpEmbedded.Device",
        FilesOf("firmware/device", file => IsOfTheApplication(file) && !file.StartsWith("firmware/device/page/", StringComparison.Ordinal)),
        DevicePackages,
        [Relay, Platform, Alerts, Files, Settings]);

    private static readonly FirmwareAssembly DeviceWithPage = new(
        "SmtpEmbedded.Device.WithPage",
        FilesOf("firmware/device", IsOfTheApplication),
        DevicePackages,
        [RelayWithPage, PlatformWith(RelayWithPage, usesLinked: false), AlertsWithPage, FilesWith(RelayWithPage, usesLinked: false), SettingsWithPage, Page],
        usesLinked: false);

    private static FirmwareAssembly PlatformWith(FirmwareAssembly relay, bool usesLinked) => new(
        "SmtpEmbedded.Relay.Platform",
        FilesOf("firmware/relay/platform"),
        ["mscorlib", "nanoFramework.Runtime.Native", "nanoFramework.System.Text", "System.Threading", "System.IO.Streams", "System.Net"],
        [relay],
        usesLinked);

    private static FirmwareAssembly AlertsWith(FirmwareAssembly relay, bool usesLinked) => new(
        "SmtpEmbedded.Relay.Alerts",
        FilesOf("firmware/relay/alerts/engine", file => !file.EndsWith("/Relay.Alerts.cs", StringComparison.Ordinal)),
        ["mscorlib", "nanoFramework.System.Text"],
        [relay],
        usesLinked);

    private static FirmwareAssembly FilesWith(FirmwareAssembly relay, bool usesLinked) => new(
        "SmtpEmbedded.Relay.Files",
        FilesOf("firmware/relay/files"),
        ["mscorlib", "System.IO.Streams", "System.IO.FileSystem"],
        [relay],
        usesLinked);

    /// <summary>All that have source, each behind those it uses.</summary>
    public static IReadOnlyList<FirmwareAssembly> All { get; } =
        [.. new[] { Relay, Platform, Alerts, Files, Settings, Dns, Page, Device, DeviceWithPage }.Where(assembly => assembly.Exists)];

    /// <summary>Those of them that are converted each for itself too, for programs of others.</summary>
    public static IReadOnlyList<FirmwareAssembly> Libraries { get; } = [.. new[] { Relay, Platform, Alerts, Files, Settings }.Where(assembly => assembly.Exists)];

    private static readonly Lazy<IReadOnlyList<byte[]>> LazyImage = new(() => Device.LinkedTogether);
    private static readonly Lazy<IReadOnlyList<byte[]>> LazyImageWithPage = new(() => DeviceWithPage.LinkedTogether);

    /// <summary>The assemblies of the application's image, linked together from all of these.</summary>
    public static IReadOnlyList<byte[]> Image => LazyImage.Value;

    /// <summary>Those of an image with the operator's page.</summary>
    public static IReadOnlyList<byte[]> ImageWithPage => LazyImageWithPage.Value;

    /// <summary>One of them by its name.</summary>
    public static FirmwareAssembly Of(string name) => All.Single(assembly => assembly.Name == name);

    private static bool IsInTheMainAssembly(string file) => !OwnAssemblies.Any(folder => file.StartsWith(folder + "/", StringComparison.Ordinal));

    private static bool IsOfTheApplication(string file) =>
        !new[] { "build", "linker", "optional" }.Any(folder => file.StartsWith("firmware/device/" + folder + "/", StringComparison.Ordinal));

    private static List<string> FilesOf(string folder, Func<string, bool>? filter = null) =>
        RepositoryFiles.Find(folder, "*.cs").Where(file => filter is null || filter(RepositoryFiles.Relative(file))).ToList();
}
