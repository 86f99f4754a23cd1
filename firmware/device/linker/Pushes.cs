using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Runs of instructions that put one value on the stack and do nothing else, so that they can go with what takes the value. Of bodies whose macros are simplified.</summary>
internal static class Pushes
{
    /// <summary>Where the run begins that puts on the stack what the instruction at <paramref name="end"/> leaves there; -1 where it does more, or something branches into it.</summary>
    public static int Start(IList<Instruction> code, int end, HashSet<Instruction> targets)
    {
        for (int i = end; i >= 0; i--)
        {
            switch (code[i].OpCode.Code)
            {
                case Code.Ldc_I4 or Code.Ldc_I8 or Code.Ldnull or Code.Ldstr or Code.Ldarg or Code.Ldloc or Code.Ldsfld or Code.Dup:
                    return i;
                case Code.Ldfld or Code.Conv_I8 or Code.Conv_U8 or Code.Conv_I4 or Code.Conv_U1 or Code.Conv_U2:
                    bool isVolatile = i > 0 && code[i - 1].OpCode.OpCodeType == OpCodeType.Prefix;
                    if (isVolatile || targets.Contains(code[i]))
                    {
                        return -1;
                    }

                    break;
                default:
                    return -1;
            }
        }

        return -1;
    }

    /// <summary>The number that an instruction puts on the stack; 0 for null.</summary>
    public static int? Number(Instruction instruction)
    {
        return instruction.OpCode.Code switch
        {
            Code.Ldc_I4 => (int)instruction.Operand,
            Code.Ldnull => 0,
            _ => null,
        };
    }

    /// <summary>Where the instructions are that push one of a call's arguments, counted from the last, which is 1; from -1 on where that is not to be seen.</summary>
    public static (int Start, int Length) Argument(MethodBody body, Instruction call, int fromLast)
    {
        var targets = Branches.Targets(body);
        int end = body.Instructions.IndexOf(call);
        int start = end;
        for (int i = 0; i < fromLast; i++)
        {
            // What a copy is made of must stay.
            if (i > 0 && body.Instructions[start].OpCode.Code == Code.Dup)
            {
                return (-1, 0);
            }

            end = start;
            start = end > 0 && !targets.Contains(body.Instructions[end]) ? Start(body.Instructions, end - 1, targets) : -1;
            if (start < 0)
            {
                return (-1, 0);
            }
        }

        return (start, end - start);
    }

    /// <summary>Takes out an instruction with what pushes the values it takes, or takes them from the stack where that is not to be seen. Returns where it was.</summary>
    public static int Without(MethodBody body, int at, int values, HashSet<Instruction> targets, params Instruction[] instead)
    {
        var code = body.Instructions;
        int start = at;
        int left = values;
        while (left > 0 && start > 0 && !targets.Contains(code[start]) && Start(code, start - 1, targets) is >= 0 and var push)
        {
            start = push;
            left--;
        }

        var pops = Enumerable.Range(0, left).Select(_ => Instruction.Create(OpCodes.Pop)).ToArray();
        Splices.Replace(body, start, at - start + 1, pops.Concat(instead).ToArray());
        return start + pops.Length + instead.Length - 1;
    }
}
