using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Puts other types in the place of some, everywhere a module names a type.</summary>
internal sealed class TypeReplacement
{
    private readonly Func<TypeReference, TypeReference> _replace;

    /// <summary>Uses <paramref name="replace"/>, which returns its argument for a type that stays.</summary>
    public TypeReplacement(Func<TypeReference, TypeReference> replace)
    {
        _replace = replace;
    }

    /// <summary>The types that have to stay: without them two virtual methods of a type would have the same name and parameters.</summary>
    public HashSet<TypeDefinition> NeededIn(ModuleDefinition module)
    {
        var needed = new HashSet<TypeDefinition>();
        foreach (var type in Members.Types(module))
        {
            var alike = Overrides.BaseTypes(type).Prepend(type)
                .SelectMany(one => one.Methods)
                .Where(method => method.IsVirtual && method.Module == module)
                .GroupBy(method => Signature(method, Replace))
                .Where(group => group.Select(method => Signature(method, same => same)).Distinct().Count() > 1);
            foreach (var parameter in alike.SelectMany(group => group).SelectMany(method => method.Parameters))
            {
                if (Members.In(module, parameter.ParameterType) is { } named && _replace(named) != named)
                {
                    needed.Add(named);
                }
            }
        }

        return needed;
    }

    public void Run(ModuleDefinition module)
    {
        foreach (var type in Members.Types(module))
        {
            foreach (var field in type.Fields.Where(field => !(type.IsEnum && field.Name == "value__")))
            {
                // A constant is written with the kind its field has.
                field.FieldType = Replace(field.FieldType);
            }

            foreach (var property in type.Properties)
            {
                property.PropertyType = Replace(property.PropertyType);
            }

            foreach (var method in type.Methods)
            {
                Run(method);
            }
        }
    }

    private void Run(MethodDefinition method)
    {
        method.ReturnType = Replace(method.ReturnType);
        foreach (var parameter in method.Parameters)
        {
            parameter.ParameterType = Replace(parameter.ParameterType);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (var variable in method.Body.Variables)
        {
            variable.VariableType = Replace(variable.VariableType);
        }

        foreach (var instruction in method.Body.Instructions)
        {
            if (instruction.Operand is TypeReference type)
            {
                instruction.Operand = Replace(type);
            }
        }
    }

    private static string Signature(MethodDefinition method, Func<TypeReference, TypeReference> replace)
    {
        return method.Name + "(" + string.Join(",", method.Parameters.Select(parameter => replace(parameter.ParameterType).FullName)) + ")";
    }

    private TypeReference Replace(TypeReference type)
    {
        return type switch
        {
            ArrayType array => Again(array, Replace(array.ElementType), element => new ArrayType(element, array.Rank)),
            ByReferenceType reference => Again(reference, Replace(reference.ElementType), element => new ByReferenceType(element)),
            TypeSpecification other => other,
            _ => _replace(type),
        };
    }

    private static TypeReference Again(TypeSpecification old, TypeReference element, Func<TypeReference, TypeReference> make)
    {
        return element == old.ElementType ? old : make(element);
    }
}
