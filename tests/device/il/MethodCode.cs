using System.Collections.Generic;
using System.Linq;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>One method that has a body.</summary>
/// <param name="Handle">The method.</param>
/// <param name="DeclaringType">The type it belongs to.</param>
/// <param name="Name">Namespace, type and method.</param>
/// <param name="Body">Its body as the compiler wrote it.</param>
/// <param name="Instructions">The body's instructions.</param>
internal sealed record MethodCode(
    MethodDefinitionHandle Handle, TypeDefinitionHandle DeclaringType, string Name, MethodBodyBlock Body, IReadOnlyList<Instruction> Instructions)
{
    /// <summary>How many bytes the device's file takes for it: the instructions, and twelve for each exception handler with a byte for their count.</summary>
    public int DeviceSize { get; } = Instructions.Sum(instruction => instruction.DeviceSize)
        + (Body.ExceptionRegions.Length == 0 ? 0 : 1 + (12 * Body.ExceptionRegions.Length));
}
