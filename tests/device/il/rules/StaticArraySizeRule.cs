using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses an array initialiser whose size does not fit the 16 bits it has.</summary>
internal sealed class StaticArraySizeRule : IDeviceRule
{
    private const int Limit = 65535;

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from array in StaticArray.AllOf(image)
        where array.Size > Limit
        select new Finding(array.Users[0], $"has an array initialiser of {array.Size} bytes; the device's file holds {Limit}.");
}
