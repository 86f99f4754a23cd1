using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SmtpEmbedded.Device.Tests.Reference;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>One assembly of the device's image, compiled when it is first asked for.</summary>
/// <param name="name">Its name.</param>
/// <param name="files">Its source files; an assembly without any is left out of the tests.</param>
/// <param name="packages">The assemblies of the device's packages it may use.</param>
/// <param name="uses">The assemblies of ours it may use.</param>
/// <param name="symbol">A symbol its build defines besides the device's; empty for none.</param>
/// <param name="withPage">Whether it is for an image with the operator's page.</param>
/// <param name="usesLinked">Whether those are the linked ones; not for an optional part, whose board keeps more of them visible.</param>
internal sealed class FirmwareAssembly(string name, IReadOnlyList<string> files, IReadOnlyList<string> packages, IReadOnlyList<FirmwareAssembly> uses, bool usesLinked = true, string symbol = "", bool withPage = false)
{
    private readonly Lazy<DeviceCompilation> _compilation = new(() => DeviceCompiler.CompileFiles(
        name,
        files,
        [
            .. DeviceReferences.Of(packages),
            .. uses.Where(used => used.Compilation.Image is not null).Select(used => MetadataReference.CreateFromImage(usesLinked ? used.Linked : used.Compilation.Image!)),
        ],
        symbol));

    private byte[]? _linked;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Whether it has source.</summary>
    public bool Exists => files.Count > 0;

    /// <summary>Every assembly it may refer to.</summary>
    public IReadOnlyList<string> MayUse => [.. packages, .. uses.Select(used => used.Name)];

    /// <summary>The result.</summary>
    public DeviceCompilation Compilation => _compilation.Value;

    /// <summary>The assemblies of an image with this program.</summary>
    public IReadOnlyList<byte[]> LinkedTogether => DeviceLinker.LinkTogether(Compilation.Image!, uses.Select(used => usesLinked ? used.Linked : used.Compilation.Image!));

    /// <summary>The result as it is converted for the device, and as the others are compiled against it.</summary>
    public byte[] Linked => _linked ??= DeviceLinker.Link(name, Compilation.Image!, uses, withPage);
}
