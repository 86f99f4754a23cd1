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
            RemoveBranchesOn(method.Body);
            ReturnAtOnce(method.Body.Instructions);
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

    private static void RemoveBranchesOn(MethodBody body)
    {
        // From behind: what goes may be all that stands between a branch and where it leads.
        foreach (var one in body.Instructions.Reverse().ToList())
        {
            if (one.Next != null && (one.OpCode.Code == Code.Nop || (one.OpCode.Code == Code.Br && one.Operand == one.Next)))
            {
                Remove(body, one);
            }
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

    /// <summary>Takes an instruction out; what led to it leads to the next one.</summary>
    private static void Remove(MethodBody body, Instruction gone)
    {
        Splices.Replace(body, body.Instructions.IndexOf(gone), 1);
    }
}
