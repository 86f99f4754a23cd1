using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>A call of a method that does nothing goes, and one of a method that only returns a constant is that constant; not on an object that could be null, for that is found by the call.</summary>
internal static class ConstantMethods
{
    /// <summary>Returns how many calls went.</summary>
    public static int Run(ModuleDefinition module)
    {
        var methods = Members.Methods(module).Where(method => method.HasBody).ToList();
        var results = new Dictionary<MethodDefinition, Instruction[]>();
        foreach (var method in methods.Where(method => !method.IsVirtual && !Members.IsConstructor(method)))
        {
            var code = method.Body.Instructions;
            if (code[^1].OpCode.Code == Code.Ret && code.Count <= 2)
            {
                method.Body.SimplifyMacros();
                if (code.Count == 1 || Pushes.Number(code[0]) is not null)
                {
                    results.Add(method, code.Take(code.Count - 1).ToArray());
                }
            }
        }

        int replaced = 0;
        foreach (var method in methods.Where(method => method.Body.Instructions.Any(one => Called(one) is not null)))
        {
            method.Body.SimplifyMacros();
            for (int i = 0; i < method.Body.Instructions.Count; i++)
            {
                if (Called(method.Body.Instructions[i]) is { } called && (!called.HasThis || IsOnThis(method, method.Body.Instructions[i], called)))
                {
                    i = Pushes.Without(method.Body, i, Members.Arguments(called), Branches.Targets(method.Body), Splices.Copy(results[called]));
                    replaced++;
                }
            }
        }

        foreach (var method in methods)
        {
            method.Body.OptimizeMacros();
        }

        return replaced;

        static bool IsOnThis(MethodDefinition method, Instruction call, MethodDefinition called)
        {
            var (start, length) = Pushes.Argument(method.Body, call, Members.Arguments(called));
            return method.HasThis && length == 1 && method.Body.Instructions[start].Operand == method.Body.ThisParameter;
        }

        MethodDefinition? Called(Instruction one)
        {
            return one.OpCode.Code is Code.Call or Code.Callvirt && Members.In(module, (MethodReference)one.Operand) is { } called && results.ContainsKey(called) ? called : null;
        }
    }
}
