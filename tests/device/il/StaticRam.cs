using System.Linq;
using System.Reflection;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>What static fields and tables take of the managed heap from the start, as firmware/device/build/DeploymentImage.cs counts it.</summary>
internal static class StaticRam
{
    private const int BlockBytes = 12;
    private const int ArrayBytes = 24;

    /// <summary>Bytes of an assembly's.</summary>
    public static int Of(AssemblyImage image)
    {
        var fields = image.Metadata.FieldDefinitions.Select(image.Metadata.GetFieldDefinition)
            .Count(field => field.Attributes.HasFlag(FieldAttributes.Static) && (field.Attributes & (FieldAttributes.Literal | FieldAttributes.HasFieldRVA)) == 0);
        return (fields * BlockBytes) + StaticArray.AllOf(image).Where(array => array.IsFromTheStart).Sum(array => array.Size + ArrayBytes);
    }
}
