using System.Collections.Generic;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>One thing the interpreter, or the tool that makes its files, cannot do.</summary>
internal interface IDeviceRule
{
    /// <summary>Everything in the assembly that breaks the rule.</summary>
    IEnumerable<Finding> Check(AssemblyImage image);
}
