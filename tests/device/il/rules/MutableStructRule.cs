using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>
/// Refuses structs with fields that can change: optimised code duplicates a struct on the stack, and the interpreter lets both be
/// the same one. The compiler's own structs are passed by reference and left alone.
/// </summary>
internal sealed class MutableStructRule : IDeviceRule
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from typeHandle in image.Metadata.TypeDefinitions
        let type = image.Metadata.GetTypeDefinition(typeHandle)
        where IsOwnStruct(image, type)
        from fieldHandle in type.GetFields()
        let attributes = image.Metadata.GetFieldDefinition(fieldHandle).Attributes
        where (attributes & (FieldAttributes.Static | FieldAttributes.InitOnly)) == 0
        select new Finding(image.NameOf(fieldHandle), "is a field of a struct that can change, and the interpreter may share one struct between two variables; make it readonly or the struct a class.");

    private static bool IsOwnStruct(AssemblyImage image, TypeDefinition type) =>
        type.BaseType.Kind == HandleKind.TypeReference
        && image.NameOf((TypeReferenceHandle)type.BaseType) == "System.ValueType"
        && !image.Metadata.GetString(type.Name).Contains('<', StringComparison.Ordinal);
}
