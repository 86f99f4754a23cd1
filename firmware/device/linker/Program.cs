using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>The command line: a library in, a smaller one with the same API out; or a program with its libraries in, as few assemblies as can be out.</summary>
internal static class Program
{
    private const string Usage =
        "nanolink makes an assembly small before it is converted for nanoFramework.\n" +
        "  nanolink @FILE                 arguments from a file, one a line\n" +
        "  nanolink --in DLL --out DLL [--reference DLL]... [--api TYPE]...\n" +
        "  nanolink --in EXE --with DLL... --out EXE [--reference DLL]...\n" +
        "Beside OUT a list of names, OUT.map.txt: what each type and method is called now, and was before.\n" +
        "A library keeps the types given with --api and what their public members name; without --api all public types.\n" +
        "A program keeps what its entry point reaches. With --with its libraries are linked with it: of them too only that is left, under\n" +
        "no names but short ones. Code that one assembly of the format cannot hold goes into others beside OUT.";

    private static int Main(string[] arguments)
    {
        if (arguments.Length == 1 && arguments[0].StartsWith('@'))
        {
            arguments = File.ReadAllLines(arguments[0][1..]).Where(line => line.Length > 0).ToArray();
        }

        string? input = null;
        string? output = null;
        var references = new List<string>();
        var api = new List<string>();
        var with = new List<string>();
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            switch (arguments[i])
            {
                case "--in":
                    input = arguments[i + 1];
                    break;
                case "--out":
                    output = arguments[i + 1];
                    break;
                case "--reference":
                    references.Add(arguments[i + 1]);
                    break;
                case "--api":
                    api.Add(arguments[i + 1]);
                    break;
                case "--with":
                    with.Add(arguments[i + 1]);
                    break;
                default:
                    Console.Error.WriteLine("nanolink: what is '" + arguments[i] + "'?\n" + Usage);
                    return 2;
            }
        }

        if (input is null || output is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            using var resolver = new FileResolver(references);
            string result = with.Count == 0 ? LinkOne(input, output, api, resolver) : LinkAll(input, output, with, resolver);
            Console.WriteLine("linked " + Path.GetFileNameWithoutExtension(input) + ": " + result);
            return 0;
        }
        catch (LinkException error)
        {
            Console.Error.WriteLine(input + " : error NANO001: " + error.Message);
            return 1;
        }
    }

    private static string LinkOne(string input, string output, IReadOnlyCollection<string> api, FileResolver resolver)
    {
        using var module = Read(input, resolver);
        string result = Link.Run(module, api, out var map);
        StaticData.Run(module);
        module.Write(output);
        File.WriteAllLines(MapOf(output), map);
        return result;
    }

    private static string LinkAll(string input, string output, IReadOnlyCollection<string> with, FileResolver resolver)
    {
        var program = Read(input, resolver);
        var libraries = with.Select(file => Read(file, resolver)).ToList();
        var names = with.Zip(libraries).Where(pair => File.Exists(MapOf(pair.First))).ToDictionary(pair => pair.Second, pair => ReadMap(MapOf(pair.First)));
        var whole = Joining.Run(program, libraries, names, resolver);
        string result = Link.Run(whole, Array.Empty<string>(), out var map);
        StaticData.Run(whole);
        var parts = Parting.Run(whole);
        foreach (var part in parts)
        {
            part.Write(part == parts[^1] ? output : Path.Combine(Path.GetDirectoryName(output)!, part.Name));
        }

        File.WriteAllLines(MapOf(output), map);
        return result + ", in " + parts.Count + (parts.Count == 1 ? " assembly" : " assemblies");
    }

    private static ModuleDefinition Read(string file, FileResolver resolver)
    {
        var module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(file)), new ReaderParameters(ReadingMode.Immediate) { AssemblyResolver = resolver });
        resolver.Add(module.Assembly);
        return module;
    }

    private static string MapOf(string assembly)
    {
        return Path.ChangeExtension(assembly, ".map.txt");
    }

    private static Dictionary<string, string> ReadMap(string file)
    {
        return File.ReadLines(file).Select(line => line.Split(" = ")).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
