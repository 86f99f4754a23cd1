using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>
/// Refuses any trace of a type that only the build needs: a definition, or a reference, which a custom attribute, a signature or an
/// instruction would have brought in.
/// </summary>
/// <param name="typeName">The type's simple name.</param>
internal sealed class NoTraceRule(string typeName) : IDeviceRule
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image)
    {
        var defined = image.Metadata.TypeDefinitions
            .Where(handle => image.Metadata.GetString(image.Metadata.GetTypeDefinition(handle).Name) == typeName).Select(image.NameOf);
        var referenced = image.Metadata.TypeReferences
            .Where(handle => image.Metadata.GetString(image.Metadata.GetTypeReference(handle).Name) == typeName).Select(image.NameOf);
        return defined.Concat(referenced).Distinct().Select(name => new Finding(name, "is for the build only and must leave no trace in the assembly."));
    }
}
