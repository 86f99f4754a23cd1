using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses a switch whose number of targets does not fit the one byte it has: 256 would be written as 0, without a word.</summary>
internal sealed class SwitchSizeRule : IDeviceRule
{
    private const int Limit = 255;

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from method in image.Methods
        from instruction in method.Instructions
        where instruction.Targets.Count > Limit
        select new Finding(image.Place(method, instruction), $"has a switch of {instruction.Targets.Count} targets; the device's file holds {Limit}.");
}
