using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Makes a visible property that only reads and writes a field into that field. Programs compiled against the linked assembly
/// name it as before; a property nobody may set becomes a field nobody may set.
/// </summary>
internal static class PropertyFields
{
    public static void Expose(ModuleDefinition module, Api api)
    {
        foreach (var type in api.Types)
        {
            var taken = new HashSet<FieldDefinition>();
            foreach (var property in type.Properties.ToList())
            {
                var field = FieldBehind(property);
                if (field is not null && field.DeclaringType == type && taken.Add(field) && !type.Fields.Any(other => other != field && other.Name == property.Name))
                {
                    Expose(type, property, field);
                }
            }
        }
    }

    private static void Expose(TypeDefinition type, PropertyDefinition property, FieldDefinition field)
    {
        bool isSettable = property.SetMethod is not null && Members.IsVisible(property.SetMethod);
        field.Name = property.Name;
        field.Attributes = (field.Attributes & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public;
        field.IsInitOnly = !isSettable;
        type.Properties.Remove(property);
        foreach (var accessor in new[] { property.GetMethod, property.SetMethod })
        {
            if (accessor is not null)
            {
                // No longer anybody's but ours, so that the calls in this module can give way to the field.
                accessor.Attributes = (accessor.Attributes & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Assembly;
            }
        }
    }

    private static FieldDefinition? FieldBehind(PropertyDefinition property)
    {
        var get = property.GetMethod;
        var set = property.SetMethod;
        if (get is null || get.IsVirtual || get.IsStatic || !Members.IsVisible(get) || property.HasParameters)
        {
            return null;
        }

        // The field must be of the property's own type: who reads an int would find a byte, who may name the one not the other.
        var read = Body(get, Code.Ldarg_0, Code.Ldfld);
        if (read?.FieldType.FullName != property.PropertyType.FullName)
        {
            return null;
        }

        if (set is null)
        {
            return read;
        }

        if (set.IsVirtual)
        {
            return null;
        }

        return !Members.IsVisible(set) || Body(set, Code.Ldarg_0, Code.Ldarg_1, Code.Stfld) == read ? read : null;
    }

    private static FieldDefinition? Body(MethodDefinition method, params Code[] codes)
    {
        var instructions = method.Body.Instructions;
        return instructions.Count == codes.Length + 1 && instructions[^1].OpCode.Code == Code.Ret && codes.SequenceEqual(instructions.Take(codes.Length).Select(one => one.OpCode.Code))
            ? instructions[codes.Length - 1].Operand as FieldDefinition
            : null;
    }
}
