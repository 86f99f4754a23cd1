using System.Collections.Generic;
using System.Linq;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Where code goes on.</summary>
internal static class Branches
{
    /// <summary>Whether code goes on from an instruction to the next.</summary>
    public static bool GoesOn(Instruction instruction)
    {
        return instruction.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
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

        targets.UnionWith(Bounds(body));
        return targets;
    }

    /// <summary>Where the blocks of handlers begin, and what follows them.</summary>
    public static HashSet<Instruction> Bounds(MethodBody body)
    {
        return body.ExceptionHandlers
            .SelectMany(handler => new[] { handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd, handler.FilterStart })
            .Where(one => one is not null)
            .ToHashSet();
    }

    /// <summary>What led to one instruction leads to another, the bounds of handlers included.</summary>
    public static void Retarget(MethodBody body, Instruction from, Instruction to)
    {
        Retarget(body.Instructions, from, to);
        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = handler.TryStart == from ? to : handler.TryStart;
            handler.TryEnd = handler.TryEnd == from ? to : handler.TryEnd;
            handler.HandlerStart = handler.HandlerStart == from ? to : handler.HandlerStart;
            handler.HandlerEnd = handler.HandlerEnd == from ? to : handler.HandlerEnd;
            handler.FilterStart = handler.FilterStart == from ? to : handler.FilterStart;
        }
    }

    /// <summary>Branches to one instruction go to another, in code that is no method's yet.</summary>
    public static void Retarget(IEnumerable<Instruction> code, Instruction from, Instruction to)
    {
        foreach (var one in code)
        {
            if (one.Operand == from)
            {
                one.Operand = to;
            }
            else if (one.Operand is Instruction[] targets)
            {
                for (int i = 0; i < targets.Length; i++)
                {
                    targets[i] = targets[i] == from ? to : targets[i];
                }
            }
        }
    }
}
