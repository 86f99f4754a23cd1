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
}
