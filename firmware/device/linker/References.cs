using System;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Makes all that some types name nameable from one module: what is in it by its definition, what is not by a reference.</summary>
internal sealed class References
{
    private readonly ModuleDefinition _module;
    private readonly Func<TypeReference, TypeDefinition?> _definition;

    /// <param name="module">Where the types that are rewritten are, or will be.</param>
    /// <param name="definition">The definition that is or will be in the module; null for a type of another one.</param>
    public References(ModuleDefinition module, Func<TypeReference, TypeDefinition?> definition)
    {
        _module = module;
        _definition = definition;
    }

    public void Rewrite(TypeDefinition type)
    {
        TypePlaces.Rewrite(type, Named);
        foreach (var method in type.Methods)
        {
            Rewrite(method);
        }
    }

    private void Rewrite(MethodDefinition method)
    {
        for (int i = 0; i < method.Overrides.Count; i++)
        {
            method.Overrides[i] = Of(method.Overrides[i]);
        }

        foreach (var attribute in method.CustomAttributes)
        {
            attribute.Constructor = Of(attribute.Constructor);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (var instruction in method.Body.Instructions)
        {
            instruction.Operand = instruction.Operand switch
            {
                MethodReference called => Of(called),
                FieldReference field => Of(field),
                var other => other,
            };
        }
    }

    private TypeReference Of(TypeReference type) => TypePlaces.Within(type, Named);

    private TypeReference Named(TypeReference type)
    {
        return type is TypeSpecification or GenericParameter
            ? throw new LinkException("the type " + type.FullName + " is of a kind that nanoFramework has not")
            : _definition(type) ?? _module.ImportReference(type);
    }

    private FieldReference Of(FieldReference field)
    {
        return _definition(field.DeclaringType) is null
            ? new FieldReference(field.Name, Of(field.FieldType), Of(field.DeclaringType))
            : field.Resolve() ?? throw new LinkException("there is no field " + field.FullName + ": an assembly was not compiled against the others given");
    }

    private MethodReference Of(MethodReference method)
    {
        if (method.DeclaringType is not ArrayType && _definition(method.DeclaringType) is not null && method.Resolve() is { } definition && _definition(definition.DeclaringType) is not null)
        {
            return definition;
        }

        var reference = new MethodReference(method.Name, Of(method.ReturnType), Of(method.DeclaringType))
        {
            HasThis = method.HasThis,
            ExplicitThis = method.ExplicitThis,
            CallingConvention = method.CallingConvention,
        };
        foreach (var parameter in method.Parameters)
        {
            reference.Parameters.Add(new ParameterDefinition(Of(parameter.ParameterType)));
        }

        return reference;
    }
}
