using System.Collections.Generic;
using System.Linq;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Puts instructions in the place of others.</summary>
internal static class Splices
{
    /// <summary>Replaces some instructions. What led to one of them leads to the first of those that come in, or to what follows.</summary>
    /// <param name="body">Where.</param>
    /// <param name="first">The first that goes.</param>
    /// <param name="count">How many go.</param>
    /// <param name="rest">What comes instead: instructions that are in no body.</param>
    public static void Replace(MethodBody body, int first, int count, params Instruction[] rest)
    {
        var code = body.Instructions;
        var old = code.Skip(first).Take(count).ToList();
        for (int i = 0; i < count; i++)
        {
            code.RemoveAt(first);
        }

        for (int i = 0; i < rest.Length; i++)
        {
            code.Insert(first + i, rest[i]);
        }

        foreach (var gone in old)
        {
            Branches.Retarget(body, gone, code[first]);
        }
    }

    /// <summary>The same instruction for another place.</summary>
    public static Instruction Copy(Instruction instruction)
    {
        var copy = Instruction.Create(OpCodes.Nop);
        copy.OpCode = instruction.OpCode;
        copy.Operand = instruction.Operand;
        return copy;
    }

    /// <inheritdoc cref="Copy(Instruction)"/>
    public static Instruction[] Copy(IEnumerable<Instruction> instructions)
    {
        return instructions.Select(Copy).ToArray();
    }
}
