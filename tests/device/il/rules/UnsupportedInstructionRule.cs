using System.Collections.Generic;
using System.Linq;
using System.Reflection.Emit;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses the instructions the interpreter stops at: those of <c>stackalloc</c>, block copies, function pointers and typed references.</summary>
internal sealed class UnsupportedInstructionRule : IDeviceRule
{
    private static readonly HashSet<OpCode> Unsupported =
    [
        OpCodes.Localloc, OpCodes.Cpblk, OpCodes.Initblk, OpCodes.Jmp, OpCodes.Calli, OpCodes.Ckfinite, OpCodes.Arglist, OpCodes.Mkrefany, OpCodes.Refanytype,
        OpCodes.Refanyval, OpCodes.Readonly,
    ];

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from method in image.Methods
        from instruction in method.Instructions
        where Unsupported.Contains(instruction.Code)
        select new Finding(image.Place(method, instruction), $"uses the instruction {instruction.Code.Name}, which the interpreter does not have.");
}
