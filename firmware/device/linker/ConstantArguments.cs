using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>An argument that is the same constant in all calls is that constant in the method, and one that a method has no use for is not passed.</summary>
internal static class ConstantArguments
{
    /// <summary>Returns how many arguments went.</summary>
    public static int Run(ModuleDefinition module, Api api)
    {
        var bodies = Members.Methods(module).Where(method => method.HasBody).Select(method => method.Body).ToList();
        bodies.ForEach(body => body.SimplifyMacros());
        var calls = bodies
            .SelectMany(body => body.Instructions.Select(one => (Body: body, Call: one)))
            .Where(one => one.Call.Operand is MethodDefinition)
            .ToLookup(one => (MethodDefinition)one.Call.Operand);
        int gone = 0;
        foreach (var body in bodies.Where(body => !body.Method.IsVirtual && !api.Has(body.Method) && calls[body.Method].Any()))
        {
            bool isOnlyCalled = calls[body.Method].All(one => one.Call.OpCode.FlowControl == FlowControl.Call && one.Call.Previous is not { OpCode.OpCodeType: OpCodeType.Prefix });
            foreach (var parameter in body.Method.Parameters.Reverse().Where(_ => isOnlyCalled).ToList())
            {
                gone += Remove(body, parameter, calls[body.Method].ToList()) ? 1 : 0;
            }
        }

        bodies.ForEach(body => body.OptimizeMacros());
        return gone;
    }

    private static bool Remove(MethodBody body, ParameterDefinition parameter, List<(MethodBody Body, Instruction Call)> calls)
    {
        var uses = body.Instructions.Where(one => one.Operand == parameter).ToList();
        var runs = calls.Select(one => Pushes.Argument(one.Body, one.Call, body.Method.Parameters.Count - parameter.Index)).ToList();
        if (uses.Any(one => one.OpCode.Code != Code.Ldarg) || runs.Any(run => run.Start < 0))
        {
            return false;
        }

        if (uses.Count > 0)
        {
            var values = runs.Zip(calls).Select(one => one.First.Length == 1 ? Pushes.Number(one.Second.Body.Instructions[one.First.Start]) : null).Distinct().ToList();
            if (values.Count != 1 || values[0] is not { } value || (value != 0 && !parameter.ParameterType.IsValueType))
            {
                return false;
            }

            foreach (var use in uses)
            {
                use.OpCode = parameter.ParameterType.IsValueType ? OpCodes.Ldc_I4 : OpCodes.Ldnull;
                use.Operand = parameter.ParameterType.IsValueType ? value : null;
            }
        }

        foreach (var (caller, call) in calls)
        {
            // Counted anew: a call may hold another one of the same method among its arguments.
            var (start, length) = Pushes.Argument(caller, call, body.Method.Parameters.Count - parameter.Index);
            Splices.Replace(caller, start, length);
        }

        body.Method.Parameters.Remove(parameter);
        return true;
    }
}
