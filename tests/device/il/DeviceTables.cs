using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>
/// How many bytes the three tables of the device's file with 16-bit offsets will hold. Code is exact. Strings and signatures are
/// estimated from above: the device's tool leaves out strings the firmware knows, and members nothing uses.
/// </summary>
/// <param name="Code">The bodies of all methods.</param>
/// <param name="Strings">Names and string literals, in UTF-8 with an end mark, each once.</param>
/// <param name="Signatures">Signatures, each once, and the data of arrays with two bytes of length.</param>
/// <param name="Records">The records of types, members and what is referenced.</param>
internal sealed record DeviceTables(int Code, int Strings, int Signatures, int Records)
{
    /// <summary>Measures an assembly.</summary>
    public static DeviceTables Of(AssemblyImage image) =>
        new(image.Methods.Sum(method => method.DeviceSize), StringsOf(image), SignaturesOf(image), RecordsOf(image.Metadata));

    /// <summary>About what the device's file will have.</summary>
    public int FileSize => Header + Records + Strings + Signatures + Code;

    private const int Header = 136;

    private static int RecordsOf(MetadataReader metadata) =>
        (metadata.AssemblyReferences.Count * 12) + (metadata.TypeReferences.Count * 8) + (metadata.MemberReferences.Count * 8)
        + (metadata.TypeDefinitions.Count * 24) + (FieldsOf(metadata).Count() * 8) + (metadata.MethodDefinitions.Count * 16);

    private static int StringsOf(AssemblyImage image)
    {
        var metadata = image.Metadata;
        var strings = new HashSet<string> { "" };
        foreach (var reference in metadata.AssemblyReferences.Select(metadata.GetAssemblyReference))
        {
            strings.Add(metadata.GetString(reference.Name));
        }

        foreach (var type in metadata.TypeReferences.Select(metadata.GetTypeReference))
        {
            strings.Add(metadata.GetString(type.Name));
            strings.Add(metadata.GetString(type.Namespace));
        }

        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            strings.Add(metadata.GetString(type.Name));
            strings.Add(metadata.GetString(type.Namespace));
        }

        foreach (var field in FieldsOf(metadata))
        {
            strings.Add(metadata.GetString(field.Name));
        }

        foreach (var method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition))
        {
            strings.Add(metadata.GetString(method.Name));
        }

        foreach (var member in metadata.MemberReferences.Select(metadata.GetMemberReference))
        {
            strings.Add(metadata.GetString(member.Name));
        }

        foreach (var instruction in image.Methods.SelectMany(method => method.Instructions).Where(instruction => instruction.Code == OpCodes.Ldstr))
        {
            strings.Add(metadata.GetUserString(MetadataTokens.UserStringHandle(instruction.Operand)));
        }

        return strings.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
    }

    private static int SignaturesOf(AssemblyImage image)
    {
        var metadata = image.Metadata;
        var blobs = FieldsOf(metadata).Select(field => field.Signature)
            .Concat(metadata.MethodDefinitions.Select(handle => metadata.GetMethodDefinition(handle).Signature))
            .Concat(metadata.MemberReferences.Select(handle => metadata.GetMemberReference(handle).Signature))
            .Concat(image.Methods.Where(method => !method.Body.LocalSignature.IsNil)
                .Select(method => metadata.GetStandaloneSignature(method.Body.LocalSignature).Signature))
            .Distinct();
        return blobs.Sum(blob => metadata.GetBlobReader(blob).Length) + StaticArray.AllOf(image).Sum(array => array.Size + 2);
    }

    /// <summary>The fields the device's file has: constants are written into the code that uses them.</summary>
    private static IEnumerable<FieldDefinition> FieldsOf(MetadataReader metadata) =>
        metadata.FieldDefinitions.Select(metadata.GetFieldDefinition).Where(field => !field.Attributes.HasFlag(FieldAttributes.Literal));
}
