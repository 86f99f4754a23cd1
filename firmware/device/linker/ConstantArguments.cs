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
        var runs = calls.Select(one => Run(one.Body, one.Call, body.Method.Parameters.Count - parameter.Index)).ToList();
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
            var (start, length) = Run(caller, call, body.Method.Parameters.Count - parameter.Index);
            Pushes.Replace(caller, start, length);
        }

        body.Method.Parameters.Remove(parameter);
        return true;
    }

    /// <summary>Where the instructions are that push one of a call's arguments, counted from the last, which is 1.</summary>
    private static (int Start, int Length) Run(MethodBody body, Instruction call, int fromLast)
    {
        var targets = Pushes.Targets(body);
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
            start = end > 0 && !targets.Contains(body.Instructions[end]) ? Pushes.Start(body.Instructions, end - 1, targets) : -1;
            if (start < 0)
            {
                return (-1, 0);
            }
        }

        return (start, end - start);
    }
}
