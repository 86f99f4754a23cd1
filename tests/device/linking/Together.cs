using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using Mono.Cecil;
using SmtpEmbedded.Device.Linker;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>
/// A program and its libraries as the compiler makes them and as the linker leaves them when it links them together, both run on .NET.
/// <c>Program.Main</c> tells what happened: <c>AppContext.SetData("said", ...)</c>.
/// </summary>
internal sealed class Together : IDisposable
{
    /// <summary>Where a program tells what happened; one at a time, for the place is the process's.</summary>
    private static readonly object Telling = new();

    private readonly DotNet _resolver = new();
    private readonly List<ModuleDefinition> _modules = [];
    private readonly byte[][] _compiled;

    private Together(byte[][] compiled)
    {
        _compiled = compiled;
    }

    /// <summary>What the compiler's assemblies say.</summary>
    public string Compiled => Run(_compiled);

    /// <summary>The assemblies of the linked program, what holds its entry last.</summary>
    public IReadOnlyList<byte[]> Linked { get; private set; } = [];

    /// <summary>Links a program with its libraries.</summary>
    /// <param name="program">The program, compiled as a library with a class Program.</param>
    /// <param name="mostCode">Bytes of code that one assembly may hold.</param>
    /// <param name="libraries">The libraries, each behind those it uses.</param>
    public static Together Of(byte[] program, int mostCode, params byte[][] libraries)
    {
        var together = new Together([.. libraries, program]);
        var read = libraries.Select(together.Read).ToList();
        var entry = together.Read(program);
        entry.EntryPoint = entry.GetType("Program").Methods.Single(method => method.Name == "Main");
        var whole = Joining.Run(entry, read, new Dictionary<ModuleDefinition, Dictionary<string, string>>(), together._resolver);
        Link.Run(whole, [], out _);
        together.Linked = Parting.Run(whole, mostCode).Select(part =>
        {
            DotNet.OpenAllUp(part);
            using var image = new MemoryStream();
            part.Write(image);
            return image.ToArray();
        }).ToList();
        return together;
    }

    /// <summary>What the linked assemblies say.</summary>
    public string Run() => Run([.. Linked]);

    public void Dispose()
    {
        _modules.ForEach(module => module.Dispose());
        _resolver.Dispose();
    }

    private static string Run(byte[][] images)
    {
        var context = new AssemblyLoadContext("together");
        var program = images.Select(image => context.LoadFromStream(new MemoryStream(image))).ToList()[^1];
        var main = program.EntryPoint ?? program.GetType("Program")!.GetMethod("Main")!;
        lock (Telling)
        {
            AppContext.SetData("said", "nothing");
            main.Invoke(null, null);
            return (string)AppContext.GetData("said")!;
        }
    }

    private ModuleDefinition Read(byte[] image)
    {
        var module = ModuleDefinition.ReadModule(new MemoryStream(image), new ReaderParameters(ReadingMode.Immediate) { AssemblyResolver = _resolver });
        _resolver.Add(module.Assembly);
        _modules.Add(module);
        return module;
    }
}
