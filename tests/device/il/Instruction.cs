using System.Collections.Generic;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>One instruction of a method.</summary>
/// <param name="Code">What it does.</param>
/// <param name="Offset">Its place in the method as the compiler wrote it.</param>
/// <param name="DeviceOffset">Its place in the method as the device gets it.</param>
/// <param name="DeviceSize">How many bytes it takes there.</param>
/// <param name="Operand">The operand of at most 32 bits: a token or a number. Otherwise 0.</param>
/// <param name="Targets">Where it may branch to, as compiler offsets: none, one, or one for each case of a switch.</param>
internal sealed record Instruction(OpCode Code, int Offset, int DeviceOffset, int DeviceSize, int Operand, IReadOnlyList<int> Targets)
{
    /// <summary>The metadata the operand names. Only for instructions whose operand is a token.</summary>
    public EntityHandle Entity => MetadataTokens.EntityHandle(Operand);

    /// <summary>Whether the operand is a token of a type, field, method or member.</summary>
    public bool HasEntity => Code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType;
}
