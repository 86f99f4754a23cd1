using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Keeps the collector of interpreter 1.17 away from what is no value. That interpreter runs a small method in the frame of its
/// caller, above the arguments, and until the method returns it counts one place too many as in use: the one directly above the
/// arguments, with whatever code long gone has left there. A collection meanwhile follows that as a reference, and the board
/// restarts, or worse.
/// </summary>
/// <remarks>
/// A method with an attribute is never run so, and one that the converter leaves out costs nothing: that is how most methods
/// are marked. It costs a frame, though, of which those on the way down to others must not have many: so what is called in few
/// places and calls others itself stays as it is, and so does what is not ours; there the caller puts null into that place first.
/// </remarks>
internal sealed class StackGuards
{
    /// <summary>Called in more places, a method is marked: by then the callers' nulls would take more flash than frames take memory.</summary>
    private const int FewCalls = 2;

    /// <summary>No frame has fewer places for locals and stack.</summary>
    private const int LeastPlaces = 10;

    /// <summary>What a frame has beyond what the converter has counted.</summary>
    private const int SparePlaces = 3;

    /// <summary>What must be free beyond what the method itself needs.</summary>
    private const int Spare = 2;

    /// <summary>One of those the converter leaves out.</summary>
    private const string MarkNamespace = "System.Diagnostics";
    private const string MarkName = "DebuggerHiddenAttribute";

    private readonly ModuleDefinition _module;
    private readonly MethodReference _mark;

    private StackGuards(ModuleDefinition module)
    {
        _module = module;
        var type = new TypeReference(MarkNamespace, MarkName, module, module.TypeSystem.CoreLibrary);
        _mark = new MethodReference(".ctor", module.TypeSystem.Void, type) { HasThis = true };
    }

    /// <summary>Returns how many calls put a null. The last step that changes code, for it counts places.</summary>
    public static int Run(ModuleDefinition module, Api api)
    {
        var guards = new StackGuards(module);
        guards.Mark(api);
        return Members.Methods(module).Where(method => method.HasBody).ToList().Sum(guards.Guard);
    }

    /// <summary>Takes the nulls out again, for the steps that look at what comes before a call.</summary>
    public static void TakeBack(MethodDefinition method)
    {
        if (!method.HasBody)
        {
            return;
        }

        var code = method.Body.Instructions;
        var targets = Branches.Targets(method.Body);
        for (int i = code.Count - 2; i > 0; i--)
        {
            if (code[i - 1].OpCode.Code == Code.Ldnull && code[i].OpCode.Code == Code.Pop && !targets.Contains(code[i]))
            {
                Splices.Replace(method.Body, i - 1, 2);
            }
        }
    }

    private void Mark(Api api)
    {
        var calls = Members.Instructions(_module)
            .Select(one => Members.In(_module, one.Operand as MethodReference))
            .Where(called => called is not null)
            .GroupBy(called => called!)
            .ToDictionary(group => group.Key, group => group.Count());
        foreach (var method in Members.Methods(_module).Where(method => !method.IsStatic && !Members.IsConstructor(method) && !Members.IsDelegate(method.DeclaringType)))
        {
            if (method.IsVirtual || api.Has(method) || calls.GetValueOrDefault(method) > FewCalls || !CallsOthers(method))
            {
                method.CustomAttributes.Add(new CustomAttribute(_mark, new byte[] { 1, 0, 0, 0 }));
            }
        }
    }

    private static bool CallsOthers(MethodDefinition method)
    {
        return method.HasBody && method.Body.Instructions.Any(one => one.OpCode.FlowControl == FlowControl.Call);
    }

    private int Guard(MethodDefinition method)
    {
        int guarded = 0;
        while (true)
        {
            var depths = StackDepths.Of(method.Body);
            int locals = method.Body.Variables.Count;

            // The converter's count may rise with the nulls, where they make a short branch a long one.
            int places = Math.Max(LeastPlaces, locals + Math.Max(depths.Values.Max(), ConverterPlaces.Of(method.Body)) + SparePlaces) - locals;
            var calls = method.Body.Instructions
                .Where(one => one.OpCode.Code is Code.Call or Code.Callvirt && one.Previous is not { OpCode.OpCodeType: OpCodeType.Prefix } && depths.ContainsKey(one))
                .Where(one => one.Previous is not { OpCode.Code: Code.Pop, Previous.OpCode.Code: Code.Ldnull } && places - depths[one] + 1 > Needed((MethodReference)one.Operand))
                .ToList();
            if (calls.Count == 0)
            {
                return guarded;
            }

            method.Body.SimplifyMacros();
            var code = method.Body.Instructions;
            foreach (var call in calls)
            {
                Splices.Replace(method.Body, code.IndexOf(call), 1, Instruction.Create(OpCodes.Ldnull), Instruction.Create(OpCodes.Pop), Splices.Copy(call));
            }

            method.Body.OptimizeMacros();
            guarded += calls.Count;
        }
    }

    /// <summary>How many places a method takes at least; more than any frame has where it is never run in its caller's.</summary>
    private static int Needed(MethodReference called)
    {
        var method = called.Resolve();
        bool isNever = !called.HasThis || (method is not null && (Members.IsConstructor(method) || method.HasCustomAttributes || (!method.HasBody && !method.IsVirtual)));
        int locals = method is { HasBody: true, IsVirtual: false } ? method.Body.Variables.Count : 0;
        return isNever ? int.MaxValue : Members.Arguments(called) + locals + 1 + Spare;
    }
}
