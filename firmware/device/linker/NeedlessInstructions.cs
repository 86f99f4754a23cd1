using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Instructions that do nothing go: the call of <see cref="object"/>'s constructor, which is empty, in each constructor, branches to
/// what follows anyway, and branches to a return, which becomes one on the spot.
/// </summary>
internal static class NeedlessInstructions
{
    public static void Run(ModuleDefinition module)
    {
        foreach (var method in Members.Methods(module).Where(method => method.HasBody))
        {
            method.Body.SimplifyMacros();
            RemoveEmptyConstructor(method.Body);
            ReturnAtOnce(method.Body.Instructions);
            RemoveBranchesOn(method.Body);
            method.Body.OptimizeMacros();
        }
    }

    private static void RemoveEmptyConstructor(MethodBody body)
    {
        if (!body.Method.IsConstructor || body.Method.IsStatic)
        {
            return;
        }

        var call = body.Instructions.FirstOrDefault(one => one.OpCode.Code == Code.Call && one.Operand is MethodReference { Name: ".ctor", DeclaringType.FullName: "System.Object" });
        if (call?.Previous is { OpCode.Code: Code.Ldarg } self && self.Operand == body.ThisParameter)
        {
            Remove(body, self);
            Remove(body, call);
        }
    }

    private static void ReturnAtOnce(IEnumerable<Instruction> code)
    {
        foreach (var branch in code.Where(one => one.OpCode.Code == Code.Br && ((Instruction)one.Operand).OpCode.Code == Code.Ret))
        {
            branch.OpCode = OpCodes.Ret;
            branch.Operand = null;
        }
    }

    private static void RemoveBranchesOn(MethodBody body)
    {
        foreach (var one in body.Instructions.ToList())
        {
            if (one.Next != null && (one.OpCode.Code == Code.Nop || (one.OpCode.Code == Code.Br && one.Operand == one.Next)))
            {
                Remove(body, one);
            }
        }
    }

    /// <summary>Takes an instruction out; what led to it leads to the next one.</summary>
    private static void Remove(MethodBody body, Instruction gone)
    {
        var next = gone.Next;
        foreach (var one in body.Instructions)
        {
            if (one.Operand == gone)
            {
                one.Operand = next;
            }
            else if (one.Operand is Instruction[] ways)
            {
                one.Operand = ways.Select(way => way == gone ? next : way).ToArray();
            }
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = handler.TryStart == gone ? next : handler.TryStart;
            handler.TryEnd = handler.TryEnd == gone ? next : handler.TryEnd;
            handler.HandlerStart = handler.HandlerStart == gone ? next : handler.HandlerStart;
            handler.HandlerEnd = handler.HandlerEnd == gone ? next : handler.HandlerEnd;
        }

        body.Instructions.Remove(gone);
    }
}
