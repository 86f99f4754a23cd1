using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses methods with a body in an interface: calling a default one throws.</summary>
internal sealed class InterfaceBodyRule : IDeviceRule
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from method in image.Methods
        where image.Metadata.GetTypeDefinition(method.DeclaringType).Attributes.HasFlag(TypeAttributes.Interface)
        select new Finding(image.Place(method), "is a method of an interface with a body, which the device cannot call.");
}
