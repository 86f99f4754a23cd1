using System.Collections.Generic;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses an assembly one of whose tables outgrows its 16-bit offsets. Only for code and strings does the device's tool notice.</summary>
internal sealed class AssemblySizeRule : IDeviceRule
{
    /// <summary>The most bytes a table may have.</summary>
    public const int Limit = 65535;

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image)
    {
        var name = image.Metadata.GetString(image.Metadata.GetAssemblyDefinition().Name);
        var tables = DeviceTables.Of(image);
        foreach (var (bytes, what) in new[] { (tables.Code, "code"), (tables.Strings, "strings"), (tables.Signatures, "signatures and array data") })
        {
            if (bytes > Limit)
            {
                yield return new Finding(name, $"has {bytes} bytes of {what}; the device's file holds {Limit}. Split the assembly.");
            }
        }
    }
}
