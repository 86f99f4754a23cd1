using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>The .NET that runs the tests, to compile and to link against.</summary>
internal sealed class DotNet : IAssemblyResolver
{
    private static readonly Dictionary<string, string> Files = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .DistinctBy(Path.GetFileName)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file));

    private readonly Dictionary<string, AssemblyDefinition> _loaded = [];

    /// <summary>What a compilation takes: all of .NET that a probe or the driver needs.</summary>
    public static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. new[]
        {
            "System.Private.CoreLib", "System.Runtime", "System.Threading", "System.Threading.Thread", "System.Collections", "System.Linq", "System.Memory",
            "System.Text.RegularExpressions", "System.Console",
        }.Where(Files.ContainsKey).Select(name => MetadataReference.CreateFromFile(Files[name])),
    ];

    /// <summary>
    /// Lets every part of a module see every other. A linked assembly looks into classes from outside where a call was replaced by
    /// what it called; the device does not ask who may, .NET does.
    /// </summary>
    public static void OpenUp(ModuleDefinition module)
    {
        foreach (var type in module.GetTypes())
        {
            if (type.IsNestedPrivate || type.IsNestedFamily)
            {
                type.Attributes = (type.Attributes & ~TypeAttributes.VisibilityMask) | TypeAttributes.NestedAssembly;
            }

            foreach (var field in type.Fields)
            {
                field.Attributes = field.IsPrivate ? With(field.Attributes, FieldAttributes.Assembly) : field.IsFamily ? With(field.Attributes, FieldAttributes.FamORAssem) : field.Attributes;
            }

            foreach (var method in type.Methods.Where(method => !method.IsVirtual || method.IsPrivate))
            {
                method.Attributes = method.IsPrivate ? With(method.Attributes, MethodAttributes.Assembly) : method.IsFamily ? With(method.Attributes, MethodAttributes.FamORAssem) : method.Attributes;
            }
        }
    }

    /// <summary>Lets other assemblies see every part of a module too.</summary>
    public static void OpenAllUp(ModuleDefinition module)
    {
        foreach (var type in module.Types)
        {
            type.IsPublic = true;
            foreach (var field in type.Fields)
            {
                field.IsPublic = true;
            }

            foreach (var method in type.Methods.Where(method => method.Name != "Finalize" && !method.HasOverrides))
            {
                method.IsPublic = true;
            }
        }
    }

    /// <summary>Finds an assembly that is there already.</summary>
    public void Add(AssemblyDefinition assembly) => _loaded[assembly.Name.Name] = assembly;

    public AssemblyDefinition Resolve(AssemblyNameReference name) => Resolve(name, new ReaderParameters());

    public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters)
    {
        if (!_loaded.TryGetValue(name.Name, out var assembly))
        {
            parameters.AssemblyResolver = this;
            assembly = AssemblyDefinition.ReadAssembly(Files[name.Name], parameters);
            _loaded.Add(name.Name, assembly);
        }

        return assembly;
    }

    public void Dispose()
    {
        foreach (var assembly in _loaded.Values)
        {
            assembly.Dispose();
        }
    }

    private static FieldAttributes With(FieldAttributes attributes, FieldAttributes access) => (attributes & ~FieldAttributes.FieldAccessMask) | access;

    private static MethodAttributes With(MethodAttributes attributes, MethodAttributes access) => (attributes & ~MethodAttributes.MemberAccessMask) | access;
}
