using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>
/// A small library as the compiler makes it and as the linker leaves it, both run on .NET. Its class <c>Probe</c> is the API, and
/// <c>Probe.Run</c> says what happened.
/// </summary>
internal sealed class Probe
{
    private const string Name = "Probe";

    private readonly byte[] _linked;

    private Probe(string compiled, byte[] linked)
    {
        Compiled = compiled;
        _linked = linked;
        Linked = Run(linked);
    }

    /// <summary>What the compiler's assembly says.</summary>
    public string Compiled { get; }

    /// <summary>What the linked one says.</summary>
    public string Linked { get; }

    /// <summary>Compiles, links and runs; <paramref name="api"/> names types besides <c>Probe</c> that stay visible.</summary>
    public static Probe Of(string source, params string[] api)
    {
        byte[] image = Compile(Name, "using System;\n" + source);
        return new Probe(Run(image), Link(image, [Name, .. api]));
    }

    /// <summary>Whether a program that uses the API compiles against the linked assembly, and what its <c>Program.Run</c> says then.</summary>
    public string RunProgram(string source)
    {
        byte[] program = Compile("Program", "using System;\n" + source, MetadataReference.CreateFromImage(_linked));
        return Run(program, _linked);
    }

    /// <summary>The linked types by name, with the names of their members: "a: b() c".</summary>
    public IReadOnlyList<string> Shape()
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(_linked));
        return
        [
            .. module.GetTypes().Where(type => type.Name != "<Module>").Select(type => type.Name + ":" + string.Concat(
                type.Methods.Where(method => !method.IsConstructor).Select(method => " " + method.Name + "()").Concat(type.Fields.Select(field => " " + field.Name)))),
        ];
    }

    /// <summary>The types of a linked type's fields.</summary>
    public IReadOnlyList<string> FieldsOf(string type)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(_linked));
        return [.. module.GetType(type).Fields.Select(field => field.FieldType.FullName)];
    }

    /// <summary>What the linked instructions speak of.</summary>
    public IReadOnlyList<string> Operands()
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(_linked));
        return [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).Select(one => one.Operand?.ToString() ?? "")];
    }

    /// <summary>
    /// The calls that an interpreter could run in their caller's frame: those with null put above the arguments, and those
    /// without. Those of methods with an attribute it never does.
    /// </summary>
    public (IReadOnlyList<string> Guarded, IReadOnlyList<string> Open) Calls()
    {
        using var resolver = new DotNet();
        using var module = ModuleDefinition.ReadModule(new MemoryStream(_linked), new ReaderParameters { AssemblyResolver = resolver });
        var calls = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
            .Where(one => one.OpCode.Code is Code.Call or Code.Callvirt && one.Operand is MethodReference { HasThis: true, Name: not ".ctor" } called && called.Resolve() is not { HasCustomAttributes: true })
            .ToLookup(one => one.Previous is { OpCode.Code: Code.Pop, Previous.OpCode.Code: Code.Ldnull }, one => one.Operand.ToString()!);
        return (calls[true].ToList(), calls[false].ToList());
    }

    /// <summary>Compiles C# against .NET as the device's build would: C# 10, optimised.</summary>
    public static byte[] Compile(string name, string source, params MetadataReference[] references) => Compile(name, [source], references);

    /// <inheritdoc cref="Compile(string, string, MetadataReference[])"/>
    public static byte[] Compile(string name, IEnumerable<string> sources, params MetadataReference[] references)
    {
        var compilation = CSharpCompilation.Create(
            name,
            sources.Select(source => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp10))),
            [.. DotNet.References, .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert(result.Success, string.Join("\n", result.Diagnostics));
        return image.ToArray();
    }

    /// <summary>Links an assembly made for .NET.</summary>
    public static byte[] Link(byte[] image, IReadOnlyCollection<string> api)
    {
        using var resolver = new DotNet();
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image), new ReaderParameters { AssemblyResolver = resolver });
        Linker.Link.Run(module, api, out _);
        DotNet.OpenUp(module);
        using var linked = new MemoryStream();
        module.Write(linked);
        return linked.ToArray();
    }

    private static string Run(byte[] image, params byte[][] others)
    {
        var context = new AssemblyLoadContext(null, isCollectible: true);
        try
        {
            foreach (byte[] other in others)
            {
                context.LoadFromStream(new MemoryStream(other));
            }

            var assembly = context.LoadFromStream(new MemoryStream(image));
            return (string)assembly.GetType(assembly.GetName().Name!)!.GetMethod("Run")!.Invoke(null, null)!;
        }
        catch (TargetInvocationException failure)
        {
            return "threw " + failure.InnerException;
        }
        finally
        {
            context.Unload();
        }
    }

    private static void Assert(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
