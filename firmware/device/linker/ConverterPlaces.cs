using System;
using System.Collections.Generic;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// How many places on the evaluation stack the metadata processor (3.0) writes down for a method. It goes through the code from
/// first to last: a return leaves its value counted, a short branch counts as one from an empty stack, and only what a
/// conditional or a long branch further up leads to puts the count right. So it may be more than <see cref="StackDepths"/>.
/// </summary>
internal static class ConverterPlaces
{
    public static int Of(MethodBody body)
    {
        var known = new Dictionary<Instruction, int>();
        int size = 0;
        int most = 0;
        foreach (var one in body.Instructions)
        {
            size = known.GetValueOrDefault(one, size);
            if (one.OpCode.Code is Code.Throw or Code.Endfinally or Code.Endfilter or Code.Leave or Code.Leave_S or Code.Br_S)
            {
                size = 0;
                continue;
            }

            size += one.OpCode.Code == Code.Ret ? 0 : StackDepths.Change(one, size, body.Method);
            if (one.Operand is Instruction target)
            {
                known[target] = Math.Max(known.GetValueOrDefault(target), size);
            }

            most = Math.Max(most, size);
        }

        return most;
    }
}
