using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses references to assemblies other than the named ones.</summary>
/// <param name="allowed">The names.</param>
internal sealed class AllowedReferencesRule(IReadOnlyCollection<string> allowed) : IDeviceRule
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from handle in image.Metadata.AssemblyReferences
        let name = image.Metadata.GetString(image.Metadata.GetAssemblyReference(handle).Name)
        where !allowed.Contains(name)
        select new Finding(name, "is referenced, and the assembly may not use it.");
}
