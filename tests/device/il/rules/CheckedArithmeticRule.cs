using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>
/// Refuses <c>checked</c>: on the device it never throws, so code that leans on it is wrong there and right on .NET. The compiler's
/// own conversions of a long array length or index are left alone.
/// </summary>
internal sealed class CheckedArithmeticRule : IDeviceRule
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from method in image.Methods
        from instruction in method.Instructions
        let name = instruction.Code.Name!
        where name.Contains(".ovf", StringComparison.Ordinal) && name is not ("conv.ovf.i" or "conv.ovf.i.un" or "conv.ovf.u" or "conv.ovf.u.un")
        select new Finding(image.Place(method, instruction), $"is checked ({name}), which never throws on the device; compare before computing.");
}
