using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>
/// Refuses types with more members than the bytes of their record can count. Fields are not checked by the device's tool either;
/// those of array data all belong to one hidden type, so there can be 255 different array initialisers in an assembly.
/// </summary>
internal sealed class TypeSizeRule : IDeviceRule
{
    private const int Limit = 255;

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image)
    {
        foreach (var handle in image.Metadata.TypeDefinitions)
        {
            var type = image.Metadata.GetTypeDefinition(handle);
            var methods = type.GetMethods().Select(method => image.Metadata.GetMethodDefinition(method).Attributes).Select(KindOf);
            var fields = type.GetFields().Select(field => image.Metadata.GetFieldDefinition(field).Attributes).Select(KindOf);
            foreach (var (kind, count) in methods.Concat(fields).CountBy(kind => kind))
            {
                if (count > Limit && kind.Length > 0)
                {
                    yield return new Finding(image.NameOf(handle), $"has {count} {kind}; the device's file holds {Limit}.");
                }
            }
        }
    }

    private static string KindOf(MethodAttributes attributes) =>
        attributes.HasFlag(MethodAttributes.Virtual) ? "virtual methods"
        : attributes.HasFlag(MethodAttributes.Static) ? "static methods"
        : "instance methods";

    /// <summary>Constants are not written into the device's file, so they have no kind.</summary>
    private static string KindOf(FieldAttributes attributes) =>
        attributes.HasFlag(FieldAttributes.Literal) ? ""
        : attributes.HasFlag(FieldAttributes.Static) ? "static fields"
        : "instance fields";
}
