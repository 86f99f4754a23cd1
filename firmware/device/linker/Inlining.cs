using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Puts small methods in the place of calls to them: those that push their arguments in order and go straight on from there,
/// as accessors and forwarding methods do. Only where the assembly becomes smaller; calls are dear on an interpreter anyway.
/// </summary>
internal static class Inlining
{
    /// <summary>What a method costs beside its code: its record, and about half a signature.</summary>
    private const int MethodBytes = 16 + 4;

    private const int CallBytes = 3;

    /// <summary>Returns how many calls were replaced.</summary>
    public static int Run(ModuleDefinition module, Api api)
    {
        int replaced = 0;
        int before;
        do
        {
            before = replaced;
            var calls = Members.Instructions(module)
                .Where(one => one.OpCode.Code is Code.Call or Code.Callvirt)
                .Select(one => Members.In(module, (MethodReference)one.Operand))
                .Where(callee => callee is not null)
                .GroupBy(callee => callee!)
                .ToDictionary(group => group.Key, group => group.Count());
            var chosen = calls.Where(call => IsWorthIt(call.Key, call.Value, api.Has(call.Key))).Select(call => call.Key).ToHashSet();
            if (chosen.Count == 0)
            {
                break;
            }

            foreach (var method in Members.Methods(module).Where(method => method.HasBody))
            {
                // One that is about to vanish may call another such one: its own turn comes in the next round.
                replaced += chosen.Contains(method) ? 0 : Run(module, method, chosen);
            }
        }
        while (replaced != before);
        return replaced;
    }

    private static int Run(ModuleDefinition module, MethodDefinition method, HashSet<MethodDefinition> chosen)
    {
        var instructions = method.Body.Instructions;
        int replaced = 0;
        for (int i = 0; i < instructions.Count; i++)
        {
            var call = instructions[i];
            bool isPrefixed = i > 0 && instructions[i - 1].OpCode.OpCodeType == OpCodeType.Prefix;
            if (call.OpCode.Code is not (Code.Call or Code.Callvirt) || isPrefixed || Members.In(module, (MethodReference)call.Operand) is not { } callee || !chosen.Contains(callee))
            {
                continue;
            }

            if (replaced++ == 0)
            {
                method.Body.SimplifyMacros();
            }

            var rest = Rest(callee);
            Splices.Replace(method.Body, i, 1, Splices.Copy(rest));
            i -= rest.Count == 0 ? 1 : 0;
        }

        if (replaced > 0)
        {
            method.Body.OptimizeMacros();
        }

        return replaced;
    }

    private static bool IsWorthIt(MethodDefinition method, int calls, bool isApi)
    {
        if (!CanReplace(method))
        {
            return false;
        }

        int rest = Rest(method).Sum(NanoSize.Of);
        int saved = isApi ? 0 : MethodBytes + method.Body.Instructions.Sum(NanoSize.Of);
        return calls * (CallBytes - rest) + saved > 0;
    }

    private static bool CanReplace(MethodDefinition method)
    {
        if (!method.HasBody || method.IsVirtual || Members.IsConstructor(method) || method.Body.HasExceptionHandlers || method.Body.HasVariables || method.IsSynchronized)
        {
            return false;
        }

        var instructions = method.Body.Instructions;
        int arguments = Members.Arguments(method);
        return instructions.Count > arguments
            && instructions[^1].OpCode.Code == Code.Ret
            && Enumerable.Range(0, arguments).All(i => Argument(instructions[i], method) == i)
            && Rest(method).All(one => IsStraight(one, method));
    }

    private static bool IsStraight(Instruction instruction, MethodDefinition method)
    {
        return instruction.OpCode.FlowControl is FlowControl.Next or FlowControl.Call
            && instruction.OpCode.OpCodeType != OpCodeType.Prefix
            && Argument(instruction, method) < 0
            && instruction.OpCode.Code is not (Code.Ldarga or Code.Ldarga_S or Code.Starg or Code.Starg_S or Code.Ret)
            && instruction.Operand != method;
    }

    /// <summary>What follows when the arguments are on the stack, without the return.</summary>
    private static List<Instruction> Rest(MethodDefinition method)
    {
        int arguments = Members.Arguments(method);
        return method.Body.Instructions.Skip(arguments).Take(method.Body.Instructions.Count - arguments - 1).ToList();
    }

    /// <summary>The number of the argument that an instruction loads, or -1.</summary>
    private static int Argument(Instruction instruction, MethodDefinition method)
    {
        return instruction.OpCode.Code switch
        {
            Code.Ldarg_0 => 0,
            Code.Ldarg_1 => 1,
            Code.Ldarg_2 => 2,
            Code.Ldarg_3 => 3,
            Code.Ldarg or Code.Ldarg_S => Index((ParameterDefinition)instruction.Operand, method),
            _ => -1,
        };
    }

    private static int Index(ParameterDefinition parameter, MethodDefinition method)
    {
        return parameter == method.Body.ThisParameter ? 0 : parameter.Index + (method.HasThis ? 1 : 0);
    }
}
