using System;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>All places where a type and its code name types.</summary>
internal static class TypePlaces
{
    /// <summary>Puts others in the place of types; <paramref name="replace"/> is asked for each that is named, inside of arrays and references too.</summary>
    public static void Rewrite(TypeDefinition type, Func<TypeReference, TypeReference> replace)
    {
        type.BaseType = type.BaseType is null ? null : Within(type.BaseType, replace);
        foreach (var implementation in type.Interfaces)
        {
            implementation.InterfaceType = Within(implementation.InterfaceType, replace);
        }

        foreach (var field in type.Fields)
        {
            field.FieldType = Within(field.FieldType, replace);
        }

        foreach (var property in type.Properties)
        {
            property.PropertyType = Within(property.PropertyType, replace);
        }

        foreach (var method in type.Methods)
        {
            Rewrite(method, replace);
        }
    }

    /// <summary>A type with others in the place of those it is made of.</summary>
    public static TypeReference Within(TypeReference type, Func<TypeReference, TypeReference> replace)
    {
        return type switch
        {
            ArrayType array => new ArrayType(Within(array.ElementType, replace), array.Rank),
            ByReferenceType reference => new ByReferenceType(Within(reference.ElementType, replace)),
            RequiredModifierType modified => new RequiredModifierType(Within(modified.ModifierType, replace), Within(modified.ElementType, replace)),
            _ => replace(type),
        };
    }

    private static void Rewrite(MethodDefinition method, Func<TypeReference, TypeReference> replace)
    {
        method.ReturnType = Within(method.ReturnType, replace);
        foreach (var parameter in method.Parameters)
        {
            parameter.ParameterType = Within(parameter.ParameterType, replace);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (var variable in method.Body.Variables)
        {
            variable.VariableType = Within(variable.VariableType, replace);
        }

        foreach (var handler in method.Body.ExceptionHandlers.Where(handler => handler.CatchType is not null))
        {
            handler.CatchType = Within(handler.CatchType, replace);
        }

        foreach (var instruction in method.Body.Instructions.Where(instruction => instruction.Operand is TypeReference))
        {
            instruction.Operand = Within((TypeReference)instruction.Operand, replace);
        }
    }
}
