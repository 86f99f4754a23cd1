using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// A field of its own object that a method reads often, and that nobody changes once the object is made, is read once, into a
/// local: four bytes and two instructions each time become two bytes or one, and one instruction.
/// </summary>
/// <remarks>
/// For programs alone: other steps know fields by how they are read. A constructor must not show its object to another thread before
/// it has set all fields.
/// </remarks>
internal static class FieldsInLocals
{
    /// <summary>What reading the field into its local takes.</summary>
    private const int Once = 6;

    /// <summary>What a read of the field takes more than one of a local.</summary>
    private const int Each = 2;

    /// <summary>A frame keeps 12 bytes of memory for each local.</summary>
    private const int MostLocals = 24;

    /// <summary>Returns how many fields some method reads once only.</summary>
    public static int Run(ModuleDefinition module)
    {
        var changing = Changing(module);
        int moved = 0;
        foreach (var method in Members.Methods(module).Where(method => method.HasBody && method.HasThis && !Members.IsConstructor(method) && !method.DeclaringType.IsValueType))
        {
            method.Body.SimplifyMacros();
            moved += Run(module, method.Body, changing);
            method.Body.OptimizeMacros();
        }

        return moved;
    }

    /// <summary>The fields that something else than a constructor of their own object may write.</summary>
    private static HashSet<FieldDefinition> Changing(ModuleDefinition module)
    {
        var changing = new HashSet<FieldDefinition>();
        foreach (var method in Members.Methods(module).Where(method => method.HasBody))
        {
            var depths = Members.IsConstructor(method) && !method.IsStatic ? StackDepths.Of(method.Body) : null;
            foreach (var one in method.Body.Instructions.Where(one => one.OpCode.Code is Code.Stfld or Code.Ldflda))
            {
                if (Members.In(module, (FieldReference)one.Operand) is { } field
                    && !(depths is not null && one.OpCode.Code == Code.Stfld && field.DeclaringType == method.DeclaringType && IsOfThis(method, one, depths)))
                {
                    changing.Add(field);
                }
            }
        }

        return changing;
    }

    /// <summary>Whether the object whose field is written is the one being made, or the writing cannot be reached.</summary>
    private static bool IsOfThis(MethodDefinition method, Instruction write, Dictionary<Instruction, int> depths)
    {
        if (!depths.ContainsKey(write))
        {
            return true;
        }

        // Below the value.
        var push = StackDepths.Lowest(depths, write, 2);
        return push is { OpCode.Code: Code.Ldarg_0 } || (push is { OpCode.Code: Code.Ldarg } && push.Operand == method.Body.ThisParameter);
    }

    private static int Run(ModuleDefinition module, MethodBody body, HashSet<FieldDefinition> changing)
    {
        var targets = Branches.Targets(body);
        if (body.Instructions.Any(one => one.OpCode.Code is Code.Starg or Code.Ldarga && one.Operand == body.ThisParameter))
        {
            return 0;
        }

        var reads = body.Instructions
            .Where(one => one.OpCode.Code == Code.Ldfld && one.Previous is { OpCode.Code: Code.Ldarg } self && self.Operand == body.ThisParameter && !targets.Contains(one))
            .Select(one => (Read: one, Field: Members.In(module, (FieldReference)one.Operand)))
            .Where(read => read.Field is not null && !changing.Contains(read.Field))
            .GroupBy(read => read.Field!, read => read.Read)
            .Where(reads => reads.Count() * Each > Once)
            .OrderByDescending(reads => reads.Count())
            .Take(MostLocals - body.Variables.Count)
            .ToList();
        foreach (var field in reads)
        {
            var local = new VariableDefinition(field.Key.FieldType);
            body.Variables.Add(local);
            foreach (var read in field)
            {
                Splices.Replace(body, body.Instructions.IndexOf(read) - 1, 2, Instruction.Create(OpCodes.Ldloc, local));
            }

            body.Instructions.Insert(0, Instruction.Create(OpCodes.Ldarg, body.ThisParameter));
            body.Instructions.Insert(1, Instruction.Create(OpCodes.Ldfld, field.Key));
            body.Instructions.Insert(2, Instruction.Create(OpCodes.Stloc, local));
        }

        return reads.Count;
    }
}
