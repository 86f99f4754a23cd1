using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>An assembly read for judging: its metadata, its methods, and names people know them by.</summary>
internal sealed class AssemblyImage
{
    private readonly PEReader _file;
    private readonly MetadataReader? _lines;
    private readonly Dictionary<MethodDefinitionHandle, MethodCode> _byHandle;

    /// <summary>Reads an assembly.</summary>
    /// <param name="bytes">The file, as the compiler emitted it.</param>
    public AssemblyImage(byte[] bytes)
    {
        _file = new PEReader(ImmutableArray.Create(bytes));
        Metadata = _file.GetMetadataReader();
        foreach (var entry in _file.ReadDebugDirectory())
        {
            if (entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb)
            {
                _lines = _file.ReadEmbeddedPortablePdbDebugDirectoryData(entry).GetMetadataReader();
            }
        }

        Methods =
        [
            .. from typeHandle in Metadata.TypeDefinitions
               from methodHandle in Metadata.GetTypeDefinition(typeHandle).GetMethods()
               let method = Metadata.GetMethodDefinition(methodHandle)
               where method.RelativeVirtualAddress != 0
               select Read(typeHandle, methodHandle, method),
        ];
        _byHandle = Methods.ToDictionary(method => method.Handle);
    }

    /// <summary>The assembly's metadata.</summary>
    public MetadataReader Metadata { get; }

    /// <summary>Every method that has a body.</summary>
    public IReadOnlyList<MethodCode> Methods { get; }

    /// <summary>The body of a method; null for an abstract one.</summary>
    public MethodCode? Find(MethodDefinitionHandle handle) => _byHandle.GetValueOrDefault(handle);

    /// <summary>The data an array is filled from.</summary>
    public byte[] DataAt(int address, int size) => [.. _file.GetSectionData(address).GetContent(0, size)];

    /// <summary>A type's name with its namespace and the types it is nested in.</summary>
    public string NameOf(TypeDefinitionHandle handle)
    {
        var type = Metadata.GetTypeDefinition(handle);
        var name = Metadata.GetString(type.Name);
        if (type.IsNested)
        {
            return NameOf(type.GetDeclaringType()) + "." + name;
        }

        return type.Namespace.IsNil ? name : Metadata.GetString(type.Namespace) + "." + name;
    }

    /// <summary>A referenced type's name with its namespace.</summary>
    public string NameOf(TypeReferenceHandle handle)
    {
        var type = Metadata.GetTypeReference(handle);
        var name = Metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return NameOf((TypeReferenceHandle)type.ResolutionScope) + "." + name;
        }

        return type.Namespace.IsNil ? name : Metadata.GetString(type.Namespace) + "." + name;
    }

    /// <summary>A field's name with its type.</summary>
    public string NameOf(FieldDefinitionHandle handle)
    {
        var field = Metadata.GetFieldDefinition(handle);
        return NameOf(field.GetDeclaringType()) + "." + Metadata.GetString(field.Name);
    }

    /// <summary>A method's name with its type.</summary>
    public string NameOf(MethodDefinitionHandle handle)
    {
        var method = Metadata.GetMethodDefinition(handle);
        return NameOf(method.GetDeclaringType()) + "." + Metadata.GetString(method.Name);
    }

    /// <summary>Where an instruction stands: its method, and file and line when they are known.</summary>
    public string Place(MethodCode method, Instruction? instruction = null)
    {
        if (_lines is null)
        {
            return method.Name;
        }

        var offset = instruction?.Offset ?? int.MaxValue;
        SequencePoint? best = null;
        foreach (var point in _lines.GetMethodDebugInformation(method.Handle.ToDebugInformationHandle()).GetSequencePoints())
        {
            if (!point.IsHidden && (best is null || (point.Offset <= offset && instruction is not null)))
            {
                best = point;
            }
        }

        return best is { } found
            ? $"{method.Name} ({_lines.GetString(_lines.GetDocument(found.Document).Name)}:{found.StartLine})"
            : method.Name;
    }

    private MethodCode Read(TypeDefinitionHandle typeHandle, MethodDefinitionHandle methodHandle, MethodDefinition method)
    {
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        return new MethodCode(methodHandle, typeHandle, NameOf(methodHandle), body, InstructionReader.Read(body.GetILReader()));
    }
}
