using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Works out what is constant in a method's body, decides branches by it, and takes out what cannot be reached any more.</summary>
internal static class DeadCode
{
    /// <summary>Returns whether anything changed.</summary>
    public static bool Run(MethodBody body)
    {
        body.SimplifyMacros();
        bool changed = false;
        while (Locals(body) | Fold(body) | Unreachable(body))
        {
            changed = true;
        }

        body.OptimizeMacros();
        return changed;
    }

    /// <summary>A local that is only ever given 0 or null is that, for so it begins; what nobody reads need not be written.</summary>
    private static bool Locals(MethodBody body)
    {
        bool changed = false;
        var targets = Branches.Targets(body);
        foreach (var local in body.Variables.Where(local => body.InitLocals && (local.VariableType.MetadataType is MetadataType.Int32 or MetadataType.Boolean || !local.VariableType.IsValueType) && !local.VariableType.IsByReference))
        {
            var uses = body.Instructions.Where(one => one.Operand == local).ToList();
            bool isFollowed = uses.All(one => one.OpCode.Code is Code.Ldloc or Code.Stloc);
            var loads = uses.Where(one => one.OpCode.Code == Code.Ldloc).ToList();
            var stores = uses.Where(one => one.OpCode.Code == Code.Stloc).ToList();
            if (isFollowed && loads.Count > 0 && stores.All(store => !targets.Contains(store) && store.Previous is { } push && Pushes.Number(push) == 0))
            {
                foreach (var load in loads)
                {
                    load.OpCode = local.VariableType.IsValueType ? OpCodes.Ldc_I4 : OpCodes.Ldnull;
                    load.Operand = local.VariableType.IsValueType ? 0 : null;
                    changed = true;
                }
            }
            else if (isFollowed && loads.Count == 0 && stores.Count > 0)
            {
                foreach (var store in stores)
                {
                    store.OpCode = OpCodes.Pop;
                    store.Operand = null;
                    changed = true;
                }
            }
        }

        return changed;
    }

    private static bool Fold(MethodBody body)
    {
        var code = body.Instructions;
        var targets = Branches.Targets(body);
        bool changed = false;
        for (int i = 1; i < code.Count; i++)
        {
            var one = code[i];
            if (targets.Contains(one))
            {
                continue;
            }

            int? last = Pushes.Number(code[i - 1]);
            int? first = i > 1 && !targets.Contains(code[i - 1]) ? Pushes.Number(code[i - 2]) : null;
            if (one.OpCode.Code == Code.Pop && Pushes.Start(code, i - 1, targets) is >= 0 and var push)
            {
                Splices.Replace(body, push, i - push + 1);
                i = push;
            }
            else if (last is { } value && one.OpCode.Code is Code.Brtrue or Code.Brfalse)
            {
                Decide(body, i - 1, 2, (value != 0) == (one.OpCode.Code == Code.Brtrue), (Instruction)one.Operand);
                i--;
            }
            else if (first is { } left && last is { } right && Holds(one.OpCode.Code, left, right) is { } holds)
            {
                if (one.OpCode.FlowControl == FlowControl.Cond_Branch)
                {
                    Decide(body, i - 2, 3, holds, (Instruction)one.Operand);
                }
                else
                {
                    Splices.Replace(body, i - 2, 3, Instruction.Create(OpCodes.Ldc_I4, holds ? 1 : 0));
                }

                i -= 2;
            }
            else
            {
                continue;
            }

            changed = true;
            targets = Branches.Targets(body);
        }

        return changed;
    }

    private static void Decide(MethodBody body, int first, int count, bool isTaken, Instruction target)
    {
        if (isTaken)
        {
            Splices.Replace(body, first, count, Instruction.Create(OpCodes.Br, target));
        }
        else
        {
            Splices.Replace(body, first, count);
        }
    }

    private static bool? Holds(Code code, int left, int right)
    {
        return code switch
        {
            Code.Ceq or Code.Beq => left == right,
            Code.Bne_Un => left != right,
            Code.Cgt or Code.Bgt => left > right,
            Code.Clt or Code.Blt => left < right,
            Code.Bge => left >= right,
            Code.Ble => left <= right,
            Code.Cgt_Un or Code.Bgt_Un => (uint)left > (uint)right,
            Code.Clt_Un or Code.Blt_Un => (uint)left < (uint)right,
            Code.Bge_Un => (uint)left >= (uint)right,
            Code.Ble_Un => (uint)left <= (uint)right,
            _ => null,
        };
    }

    private static bool Unreachable(MethodBody body)
    {
        var code = body.Instructions;
        foreach (var handler in body.ExceptionHandlers.ToList())
        {
            var reached = StackDepths.Of(body);
            int end = handler.TryEnd is null ? code.Count : code.IndexOf(handler.TryEnd);
            if (!code.Skip(code.IndexOf(handler.TryStart)).Take(end - code.IndexOf(handler.TryStart)).Any(reached.ContainsKey))
            {
                body.ExceptionHandlers.Remove(handler);
            }
        }

        var left = StackDepths.Of(body);
        if (left.Count == code.Count)
        {
            return false;
        }

        foreach (var gone in code.Where(one => !left.ContainsKey(one)).Reverse().ToList())
        {
            if (gone.Next is not null)
            {
                Branches.Retarget(body, gone, gone.Next);
            }
            else
            {
                foreach (var handler in body.ExceptionHandlers)
                {
                    handler.TryEnd = handler.TryEnd == gone ? null : handler.TryEnd;
                    handler.HandlerEnd = handler.HandlerEnd == gone ? null : handler.HandlerEnd;
                }
            }

            code.Remove(gone);
        }

        return true;
    }
}
