using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Ways through a module.</summary>
internal static class Members
{
    /// <summary>All types, those within types included.</summary>
    public static IEnumerable<TypeDefinition> Types(ModuleDefinition module)
    {
        return module.Types.SelectMany(WithNested);
    }

    public static IEnumerable<MethodDefinition> Methods(ModuleDefinition module)
    {
        return Types(module).SelectMany(type => type.Methods);
    }

    public static IEnumerable<FieldDefinition> Fields(ModuleDefinition module)
    {
        return Types(module).SelectMany(type => type.Fields);
    }

    public static IEnumerable<Instruction> Instructions(ModuleDefinition module)
    {
        return Methods(module).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions);
    }

    /// <summary>The definition in this module that a reference means; null for what other assemblies define.</summary>
    public static TypeDefinition? In(ModuleDefinition module, TypeReference? reference)
    {
        while (reference is TypeSpecification specification)
        {
            reference = specification.ElementType;
        }

        return reference is TypeDefinition definition && definition.Module == module ? definition : null;
    }

    /// <inheritdoc cref="In(ModuleDefinition, TypeReference?)"/>
    public static MethodDefinition? In(ModuleDefinition module, MethodReference? reference)
    {
        return reference is MethodDefinition definition && definition.Module == module ? definition : null;
    }

    /// <inheritdoc cref="In(ModuleDefinition, TypeReference?)"/>
    public static FieldDefinition? In(ModuleDefinition module, FieldReference? reference)
    {
        return reference is FieldDefinition definition && definition.Module == module ? definition : null;
    }

    public static bool IsVisible(MethodDefinition method)
    {
        return method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
    }

    public static bool IsVisible(FieldDefinition field)
    {
        return field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;
    }

    /// <summary>How many values a call takes from the stack, its object included.</summary>
    public static int Arguments(MethodReference method)
    {
        return method.Parameters.Count + (method.HasThis ? 1 : 0);
    }

    /// <summary>Called by the runtime, which knows it by its name.</summary>
    public static bool IsConstructor(MethodDefinition method)
    {
        return method.Name == ".ctor" || method.Name == ".cctor";
    }

    public static bool IsDelegate(TypeDefinition type)
    {
        return type.BaseType is { FullName: "System.MulticastDelegate" or "System.Delegate" };
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type)
    {
        return type.NestedTypes.SelectMany(WithNested).Prepend(type);
    }
}
