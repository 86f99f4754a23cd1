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

    /// <summary>Gives a module values of its own for its arrays, as the interpreter finds them in no other assembly.</summary>
    /// <param name="types">The types of the module.</param>
    /// <param name="module">The module they are in.</param>
    /// <param name="taken">How many short names types have already.</param>
    public static void Gather(IReadOnlyCollection<TypeDefinition> types, ModuleDefinition module, int taken)
    {
        TypeDefinition? holder = null;
        var copies = new Dictionary<FieldDefinition, FieldDefinition>();
        var lengths = new Dictionary<TypeReference, TypeDefinition>();
        foreach (var instruction in types.SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions))
        {
            if (instruction.OpCode.Code != Code.Ldtoken || instruction.Operand is not FieldDefinition field || !HasValues(field))
            {
                continue;
            }

            if (!copies.TryGetValue(field, out var copy))
            {
                holder ??= Add(module, taken++, module.TypeSystem.Object, TypeAttributes.Abstract);
                copy = new FieldDefinition(ShortNames.Name(copies.Count), field.Attributes, TypeOf(field)) { InitialValue = field.InitialValue };
                holder.Fields.Add(copy);
                copies.Add(field, copy);
            }

            instruction.Operand = copy;
        }

        TypeReference TypeOf(FieldDefinition field)
        {
            if (field.FieldType is not TypeDefinition length)
            {
                return module.ImportReference(field.FieldType);
            }

            if (!lengths.TryGetValue(length, out var copy))
            {
                copy = Add(module, taken++, module.ImportReference(length.BaseType), TypeAttributes.ExplicitLayout);
                copy.ClassSize = length.ClassSize;
                copy.PackingSize = length.PackingSize;
                lengths.Add(length, copy);
            }

            return copy;
        }
    }

    /// <summary>Whether a field holds what an array begins with.</summary>
    public static bool HasValues(FieldDefinition field)
    {
        return field.InitialValue is { Length: > 0 };
    }

    /// <summary>Whether a type is there only for such fields: it holds them, or says how long they are.</summary>
    public static bool IsForValues(TypeDefinition type)
    {
        return type.Methods.Count == 0 && (type.Fields.Count > 0 ? type.Fields.All(HasValues) : type.IsValueType && type.ClassSize > 0);
    }

    private static TypeDefinition Add(ModuleDefinition module, int name, TypeReference baseType, TypeAttributes attributes)
    {
        var type = new TypeDefinition("", ShortNames.Name(name), attributes | TypeAttributes.NotPublic | TypeAttributes.Sealed, baseType);
        module.Types.Add(type);
        return type;
    }
}
