using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Xunit;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>The interpreter's program, which looks into the relay where others cannot, linked and run on .NET.</summary>
public sealed class LinkedProgramTests
{
    private const string Entry = "SmtpEmbedded.Device.Interpreter.Conformance";

    [Fact]
    public void EveryVectorPassesInTheLinkedProgram()
    {
        List<string> before = Run(LinkedRelay.Image);
        Assert.True(before[^1].EndsWith(" 0 failed", StringComparison.Ordinal), string.Join("\n", before));
        Assert.Equal(before, Run(Probe.Link(LinkedRelay.Image, [Entry, "SmtpEmbedded.Relay.ILog"])));
    }

    private static List<string> Run(byte[] image)
    {
        var assembly = new AssemblyLoadContext("program").LoadFromStream(Named(image));
        var lines = new List<string>();
        object log = DispatchProxy.Create(assembly.GetType("SmtpEmbedded.Relay.ILog")!, typeof(Log));
        ((Log)log).Lines = lines;
        Type conformance = assembly.GetType(Entry)!;
        conformance.GetMethod("Run")!.Invoke(conformance.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Single().Invoke([log]), null);
        return lines;
    }

    /// <summary>Under a name of its own: a proxy of a type finds the type's assembly by its name.</summary>
    private static MemoryStream Named(byte[] image)
    {
        using var module = Mono.Cecil.ModuleDefinition.ReadModule(new MemoryStream(image));
        module.Assembly.Name.Name += "." + image.Length;
        var named = new MemoryStream();
        module.Write(named);
        named.Position = 0;
        return named;
    }

    private class Log : DispatchProxy
    {
        public List<string> Lines { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Lines.Add(args![1] + ": " + args[2]);
            return null;
        }
    }
}
