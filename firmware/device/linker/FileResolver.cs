using System.Collections.Generic;
using System.IO;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Finds referenced assemblies among the files the compiler was given, and nowhere else.</summary>
internal sealed class FileResolver : IAssemblyResolver
{
    private readonly Dictionary<string, AssemblyDefinition> _loaded = new();
    private readonly Dictionary<string, string> _files = new();

    public FileResolver(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            _files[Path.GetFileNameWithoutExtension(file)] = file;
        }
    }

    /// <summary>Finds an assembly that is there already.</summary>
    public void Add(AssemblyDefinition assembly)
    {
        _loaded[assembly.Name.Name] = assembly;
    }

    public AssemblyDefinition Resolve(AssemblyNameReference name)
    {
        return Resolve(name, new ReaderParameters());
    }

    public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters)
    {
        if (_loaded.TryGetValue(name.Name, out var assembly))
        {
            return assembly;
        }

        if (!_files.TryGetValue(name.Name, out string? file))
        {
            throw new LinkException("the referenced assembly " + name.Name + " is not among the references given");
        }

        parameters.AssemblyResolver = this;
        assembly = AssemblyDefinition.ReadAssembly(file, parameters);
        _loaded.Add(name.Name, assembly);
        return assembly;
    }

    public void Dispose()
    {
        foreach (var assembly in _loaded.Values)
        {
            assembly.Dispose();
        }
    }
}
