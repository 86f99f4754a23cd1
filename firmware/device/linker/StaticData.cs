using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// The values that arrays begin with are fields of a type of the compiler's, which nobody reads but by their tokens. As static fields
/// each takes a place of memory and most an object besides, for as long as the board runs. As fields of an object that is never made
/// they take none. .NET loads no such type, so this is for what the interpreter alone runs.
/// </summary>
internal static class StaticData
{
    public static void Run(ModuleDefinition module)
    {
        foreach (var field in Members.Fields(module).Where(field => field.IsStatic && HasValues(field)))
        {
            field.IsStatic = false;
        }
    }

    /// <summary>Gives a module values of its own for its arrays, as the interpreter finds them in no other assembly. Returns the type that holds them, if there are any.</summary>
    /// <param name="types">The types of the module.</param>
    /// <param name="module">The module they are in.</param>
    public static TypeDefinition? Gather(IReadOnlyCollection<TypeDefinition> types, ModuleDefinition module)
    {
        TypeDefinition? holder = null;
        var copies = new Dictionary<FieldDefinition, FieldDefinition>();
        foreach (var instruction in types.SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions))
        {
            if (instruction.OpCode.Code != Code.Ldtoken || instruction.Operand is not FieldDefinition field || !HasValues(field))
            {
                continue;
            }

            if (!copies.TryGetValue(field, out var copy))
            {
                holder ??= Holder(module);
                copy = new FieldDefinition(ShortNames.Name(copies.Count), field.Attributes, field.FieldType) { InitialValue = field.InitialValue };
                holder.Fields.Add(copy);
                copies.Add(field, copy);
            }

            instruction.Operand = copy;
        }

        return holder;
    }

    public static bool HasValues(FieldDefinition field)
    {
        return field.InitialValue is { Length: > 0 };
    }

    private static TypeDefinition Holder(ModuleDefinition module)
    {
        var holder = new TypeDefinition("", "Values", TypeAttributes.NotPublic | TypeAttributes.Sealed | TypeAttributes.Abstract, module.TypeSystem.Object);
        module.Types.Add(holder);
        return holder;
    }
}
