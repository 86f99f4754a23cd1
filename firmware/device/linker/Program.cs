using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>The command line: one assembly in, a smaller one with the same API out.</summary>
internal static class Program
{
    private const string Usage =
        "nanolink makes an assembly small before it is converted for nanoFramework.\n" +
        "  nanolink @FILE                 arguments from a file, one a line\n" +
        "  nanolink --in DLL --out DLL [--reference DLL]... [--api TYPE]...\n" +
        "Beside OUT a list of names, OUT.map.txt: what each type and method is called now, and was before.\n" +
        "A library keeps the types given with --api and what their public members name; without --api all public types.\n" +
        "A program keeps what its entry point reaches.";

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
            using var resolver = new FileResolver(references);
            using var module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(input)), new ReaderParameters { AssemblyResolver = resolver });
            var result = Link.Run(module, api, out var map);
            StaticData.Run(module);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            module.Write(output);
            File.WriteAllLines(Path.ChangeExtension(output, ".map.txt"), map);
            Console.WriteLine("linked " + Path.GetFileNameWithoutExtension(input) + ": " + result);
            return 0;
        }
        catch (LinkException error)
        {
            Console.Error.WriteLine(input + " : error NANO001: " + error.Message);
            return 1;
        }
    }
}
