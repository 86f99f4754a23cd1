using System.Collections.Generic;
using System.Linq;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>The content of one array initialiser, kept in the assembly as data.</summary>
/// <param name="Users">Where it is used; several initialisers with the same content share it.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="IsFromTheStart">Whether a static constructor makes the array, which then stays; others come and go.</param>
internal sealed record StaticArray(IReadOnlyList<string> Users, int Size, bool IsFromTheStart)
{
    /// <summary>All array data of an assembly.</summary>
    public static IReadOnlyList<StaticArray> AllOf(AssemblyImage image)
    {
        var shapes = new TypeShapeProvider(image);
        var users = (
            from method in image.Methods
            from instruction in method.Instructions
            where instruction.Code == OpCodes.Ldtoken && instruction.Entity.Kind == HandleKind.FieldDefinition
            select (Field: (FieldDefinitionHandle)instruction.Entity, Place: image.Place(method, instruction), IsStart: image.NameOf(method.Handle).EndsWith(".cctor", System.StringComparison.Ordinal))).ToLookup(use => use.Field);

        return
        [
            .. from handle in image.Metadata.FieldDefinitions
               let field = image.Metadata.GetFieldDefinition(handle)
               where field.GetRelativeVirtualAddress() != 0
               select new StaticArray(
                   users[handle].Select(use => use.Place).DefaultIfEmpty(image.NameOf(handle)).ToList(), field.DecodeSignature(shapes, null).Size, users[handle].Any(use => use.IsStart)),
        ];
    }
}
