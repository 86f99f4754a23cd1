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
            TypePlaces.Rewrite(type, _replace);
        }
    }

    private static string Signature(MethodDefinition method, Func<TypeReference, TypeReference> replace)
    {
        return method.Name + "(" + string.Join(",", method.Parameters.Select(parameter => replace(parameter.ParameterType).FullName)) + ")";
    }

    private TypeReference Replace(TypeReference type) => TypePlaces.Within(type, _replace);
}
