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

    /// <summary>All that something branches to, the bounds of handlers included.</summary>
    public static HashSet<Instruction> Targets(MethodBody body)
    {
        var targets = new HashSet<Instruction>();
        foreach (var one in body.Instructions)
        {
            switch (one.Operand)
            {
                case Instruction target:
                    targets.Add(target);
                    break;
                case Instruction[] several:
                    targets.UnionWith(several);
                    break;
            }
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            targets.UnionWith(new[] { handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd, handler.FilterStart }.Where(one => one is not null));
        }

        return targets;
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

    /// <summary>Puts instructions in the place of others. What led to the first of these leads to the first of those, or to what follows.</summary>
    public static void Replace(MethodBody body, int first, int count, params Instruction[] rest)
    {
        var code = body.Instructions;
        var old = code.Skip(first).Take(count).ToList();
        for (int i = 0; i < rest.Length; i++)
        {
            code.Insert(first + i, rest[i]);
        }

        var next = code[first + (rest.Length == 0 ? count : 0)];
        for (int i = 0; i < count; i++)
        {
            code.RemoveAt(first + rest.Length);
        }

        foreach (var gone in old)
        {
            Branches.Retarget(body, gone, next);
        }
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
        Replace(body, start, at - start + 1, pops.Concat(instead).ToArray());
        return start + pops.Length + instead.Length - 1;
    }

    public static Instruction[] Copies(Instruction[] instructions)
    {
        return instructions.Select(one =>
        {
            var copy = Instruction.Create(OpCodes.Nop);
            copy.OpCode = one.OpCode;
            copy.Operand = one.Operand;
            return copy;
        }).ToArray();
    }
}
