using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using SmtpEmbedded.Device.Tests.Compile;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>The device's build of the relay (tests/relay.nanoframework/relay) as compiled or as linked, and a program that uses it by its API.</summary>
internal sealed class LinkedRelay
{
    private static readonly Lazy<LinkedRelay> LazyCompiled = new(() => new LinkedRelay(Image));
    private static readonly Lazy<LinkedRelay> LazyLinked = new(() => new LinkedRelay(
        Probe.Link(Image, [.. DeviceLinker.ApiOf("SmtpEmbedded.Relay"), .. DeviceLinker.ApiOf("SmtpEmbedded.Relay.Settings")])));

    private readonly Type _driver;

    private LinkedRelay(byte[] relay)
    {
        var context = new AssemblyLoadContext("relay");
        context.LoadFromStream(new MemoryStream(relay));
        var sources = RepositoryFiles.Find("tests/device/linking/driver", "*.cs").Select(file => File.ReadAllText(file));
        byte[] program = Probe.Compile("Driver", sources, MetadataReference.CreateFromImage(relay));
        _driver = context.LoadFromStream(new MemoryStream(program)).GetType("Driver")!;
        Size = relay.Length;
    }

    /// <summary>The assembly on the disk.</summary>
    public static byte[] Image { get; } = File.ReadAllBytes(
        typeof(LinkedRelay).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "RelayForNet").Value!);

    /// <summary>As the compiler made it.</summary>
    public static LinkedRelay Compiled => LazyCompiled.Value;

    /// <summary>As the linker left it, with what the device's projects keep visible.</summary>
    public static LinkedRelay Linked => LazyLinked.Value;

    /// <summary>Bytes of the assembly.</summary>
    public int Size { get; }

    /// <summary>What one of the driver's methods says.</summary>
    public string[] Run(string method, params object[] arguments)
    {
        try
        {
            return (string[])_driver.GetMethod(method)!.Invoke(null, arguments)!;
        }
        catch (TargetInvocationException failure)
        {
            throw new InvalidOperationException(failure.InnerException!.ToString());
        }
    }
}
