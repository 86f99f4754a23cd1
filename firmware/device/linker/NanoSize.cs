using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Bytes of instructions in the interpreter's format, where tokens, strings and long branches take two.</summary>
internal static class NanoSize
{
    public static int Of(Instruction instruction)
    {
        return instruction.OpCode.Size + instruction.OpCode.OperandType switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar or OperandType.ShortInlineArg => 1,
            OperandType.InlineI or OperandType.ShortInlineR or OperandType.InlineTok => 4,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 1 + 2 * ((Instruction[])instruction.Operand).Length,
            _ => 2,
        };
    }

    /// <summary>The same of a body whose macros are simplified, once each instruction has the shortest form it can have.</summary>
    public static int Shortest(Instruction instruction)
    {
        return instruction.OpCode.Code switch
        {
            Code.Ldloc or Code.Stloc => ((VariableDefinition)instruction.Operand).Index < 4 ? 1 : 2,
            Code.Ldarg => ((ParameterDefinition)instruction.Operand).Sequence < 4 ? 1 : 2,
            Code.Ldc_I4 => (int)instruction.Operand is >= -1 and <= 8 ? 1 : (int)instruction.Operand is >= sbyte.MinValue and <= sbyte.MaxValue ? 2 : 5,
            _ when instruction.OpCode.OperandType == OperandType.InlineBrTarget => 2,
            _ => Of(instruction),
        };
    }
}
