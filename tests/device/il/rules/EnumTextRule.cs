using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using SmtpEmbedded.Device.Tests.Reference;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses the text of an enum, asked for or by putting it in a string: the device gives the number, .NET the name.</summary>
internal sealed class EnumTextRule : IDeviceRule
{
    private static readonly Lazy<HashSet<string>> DeviceEnums = new(
        () => [.. DeviceReferences.Assemblies.SelectMany(reference => reference.Api.Types).Where(type => type.Kind == "enum").Select(type => type.FullName)]);

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image)
    {
        foreach (var method in image.Methods)
        {
            for (var i = 0; i < method.Instructions.Count; i++)
            {
                var instruction = method.Instructions[i];
                if (instruction.Code == OpCodes.Callvirt || instruction.Code == OpCodes.Call)
                {
                    var constrained = i > 0 && method.Instructions[i - 1].Code == OpCodes.Constrained ? method.Instructions[i - 1] : null;
                    if (IsText(image, instruction.Entity, out var owner) && (owner == "System.Enum" || (constrained is not null && IsEnum(image, constrained.Entity))))
                    {
                        yield return new Finding(image.Place(method, instruction), "takes the text of an enum, which is its number on the device; write the names out.");
                    }
                }
            }
        }
    }

    /// <summary>Whether a method is a referenced type's ToString, and whose.</summary>
    private static bool IsText(AssemblyImage image, EntityHandle handle, out string owner)
    {
        owner = "";
        if (handle.Kind != HandleKind.MemberReference)
        {
            return false;
        }

        var member = image.Metadata.GetMemberReference((MemberReferenceHandle)handle);
        if (member.Parent.Kind != HandleKind.TypeReference || image.Metadata.GetString(member.Name) != "ToString")
        {
            return false;
        }

        owner = image.NameOf((TypeReferenceHandle)member.Parent);
        return true;
    }

    private static bool IsEnum(AssemblyImage image, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeReference)
        {
            return DeviceEnums.Value.Contains(image.NameOf((TypeReferenceHandle)handle));
        }

        return handle.Kind == HandleKind.TypeDefinition
            && image.Metadata.GetTypeDefinition((TypeDefinitionHandle)handle).BaseType is { Kind: HandleKind.TypeReference } parent
            && image.NameOf((TypeReferenceHandle)parent) == "System.Enum";
    }
}
