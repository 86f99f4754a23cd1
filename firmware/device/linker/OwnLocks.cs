using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// An object that a class makes only to lock it goes: the class locks itself. Each such field takes 24 bytes of memory for every object
/// of its class, and code in every method that locks. Only where nobody else can lock the same object.
/// </summary>
internal sealed class OwnLocks
{
    private readonly ModuleDefinition _module;
    private readonly HashSet<FieldDefinition> _fields;

    private OwnLocks(ModuleDefinition module)
    {
        _module = module;
        _fields = Members.Fields(module).Where(field => !field.IsStatic && field.IsInitOnly && field.IsPrivate && field.FieldType.FullName == "System.Object" && !field.DeclaringType.IsValueType).ToHashSet();
    }

    public static void Run(ModuleDefinition module)
    {
        foreach (var method in Members.Methods(module).Where(method => method.HasBody))
        {
            method.Body.SimplifyMacros();
        }

        new OwnLocks(module).Run();
        foreach (var method in Members.Methods(module).Where(method => method.HasBody))
        {
            method.Body.OptimizeMacros();
        }
    }

    private void Run()
    {
        var bodies = Members.Methods(_module).Where(method => method.HasBody).Select(method => method.Body).ToList();
        int before;
        do
        {
            before = _fields.Count;
            foreach (var body in bodies)
            {
                KeepWhatIsUsedOtherwise(body);
            }
        }
        while (_fields.Count != before);

        var others = bodies.SelectMany(body => body.Instructions.Where(IsEnter).SelectMany(enter => LockedOtherwise(body, enter))).ToHashSet();

        // Null stands for an object that can be any: then nobody can tell who locks what.
        if (others.Contains(null))
        {
            return;
        }

        _fields.ExceptWith(_fields.Where(field => _fields.Any(second => second != field && AreRelated(second.DeclaringType, field.DeclaringType)) || others.Any(other => AreRelated(other!, field.DeclaringType))).ToList());
        foreach (var body in bodies)
        {
            Replace(body);
        }

        foreach (var field in _fields)
        {
            field.DeclaringType.Fields.Remove(field);
        }
    }

    /// <summary>Whether one object can be of both types.</summary>
    private static bool AreRelated(TypeDefinition one, TypeDefinition other) => one == other || Overrides.BaseTypes(one).Contains(other) || Overrides.BaseTypes(other).Contains(one);

    private static bool IsEnter(Instruction one) => IsCall(one, "Enter");

    private static bool IsCall(Instruction? one, string name) =>
        one is { OpCode.Code: Code.Call, Operand: MethodReference { DeclaringType.FullName: "System.Threading.Monitor", Parameters.Count: 1 } called } && called.Name == name;

    private FieldDefinition? FieldOf(Instruction? one) => one?.Operand is FieldDefinition field && _fields.Contains(field) ? field : null;

    private static bool IsSelf(MethodBody body, Instruction? one) => one?.OpCode.Code == Code.Ldarg && one.Operand == body.ThisParameter;

    /// <summary>A field stays where it is not made with its object, or is read for anything but a lock of the whole block.</summary>
    private void KeepWhatIsUsedOtherwise(MethodBody body)
    {
        foreach (var one in body.Instructions)
        {
            if (FieldOf(one) is not { } field)
            {
                continue;
            }

            bool isMade = one.OpCode.Code == Code.Stfld && body.Method.IsConstructor && one.Previous is { OpCode.Code: Code.Newobj, Operand: MethodReference { DeclaringType.FullName: "System.Object" } } made && IsSelf(body, made.Previous);
            bool isLocked = one.OpCode.Code == Code.Ldfld && IsSelf(body, one.Previous) && one.Next is { OpCode.Code: Code.Stloc, Operand: VariableDefinition place } && IsForLocksOnly(body, place);
            if (!isMade && !isLocked)
            {
                _fields.Remove(field);
            }
        }
    }

    private bool IsForLocksOnly(MethodBody body, VariableDefinition place) => body.Instructions.Where(one => one.Operand == place).All(one => one.OpCode.Code switch
    {
        Code.Ldloc => IsCall(one.Next, "Enter") || IsCall(one.Next, "Exit"),
        Code.Stloc => FieldOf(one.Previous) != null && IsSelf(body, one.Previous.Previous) && one.Next is { OpCode.Code: Code.Ldloc } && IsEnter(one.Next.Next),
        _ => false,
    });

    /// <summary>The types of what a lock takes that is no field of ours; null for an object of any.</summary>
    private IEnumerable<TypeDefinition?> LockedOtherwise(MethodBody body, Instruction enter)
    {
        if (enter.Previous is not { OpCode.Code: Code.Ldloc, Operand: VariableDefinition place })
        {
            return [null];
        }

        if (IsForLocksOnly(body, place))
        {
            return [];
        }

        if (place.VariableType.FullName != "System.Object")
        {
            return Members.In(_module, place.VariableType) is { } type ? [type] : [];
        }

        bool isMadeForIt = body.Instructions.Where(one => one.OpCode.Code == Code.Stloc && one.Operand == place).All(one => one.Previous.Operand is FieldDefinition field && IsOnlyEverNew(field));
        return isMadeForIt ? [] : [null];
    }

    private bool IsOnlyEverNew(FieldDefinition field) => Members.Instructions(_module)
        .Where(one => one.Operand == field && one.OpCode.Code is Code.Stfld or Code.Stsfld or Code.Ldflda or Code.Ldsflda)
        .All(one => one.Previous is { OpCode.Code: Code.Newobj, Operand: MethodReference { DeclaringType.FullName: "System.Object" } });

    private void Replace(MethodBody body)
    {
        var code = body.Instructions;
        foreach (var one in code.ToList())
        {
            if (FieldOf(one) == null)
            {
                continue;
            }

            if (one.OpCode.Code == Code.Stfld)
            {
                // Its object is not made any more.
                Blank(one.Previous.Previous);
                Blank(one.Previous);
                Blank(one);
                continue;
            }

            var place = one.Next.Operand;
            foreach (var use in code.Where(use => use.OpCode.Code == Code.Ldloc && use.Operand == place).ToList())
            {
                use.OpCode = OpCodes.Ldarg;
                use.Operand = body.ThisParameter;
            }

            Blank(one.Previous);
            Blank(one);
            Blank(one.Next);
        }
    }

    /// <summary>Does nothing any more; <see cref="NeedlessInstructions"/> takes it out.</summary>
    private static void Blank(Instruction one)
    {
        one.OpCode = OpCodes.Nop;
        one.Operand = null;
    }
}
