using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Which virtual methods stand for which: the runtime finds them by name and signature, from the object's type upwards.</summary>
internal static class Overrides
{
    /// <summary>The methods of base types and interfaces in whose place a type's method is called, wherever they are defined.</summary>
    public static IEnumerable<MethodDefinition> BasesOf(MethodDefinition method)
    {
        if (!method.IsVirtual)
        {
            return Enumerable.Empty<MethodDefinition>();
        }

        var type = method.DeclaringType;
        return BaseTypes(type)
            .SelectMany(other => other.Methods.Where(candidate => candidate.IsVirtual && IsSame(candidate, method)))
            .Concat(Interfaces(type).SelectMany(one => one.Methods).Where(declared => Implementation(type, declared) == method))
            .Concat(method.Overrides.Select(reference => reference.Resolve()))
            .Distinct();
    }

    /// <summary>The method that answers a call of an interface's method on an object of a type; null where none does.</summary>
    public static MethodDefinition? Implementation(TypeDefinition type, MethodDefinition declared)
    {
        foreach (var candidate in BaseTypes(type).Prepend(type))
        {
            var found = candidate.Methods.FirstOrDefault(method => method.Overrides.Any(reference => reference.Resolve() == declared))
                ?? candidate.Methods.FirstOrDefault(method => method.IsVirtual && IsSame(method, declared));
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>All interfaces of a type and of its base types, with those they extend.</summary>
    public static IEnumerable<TypeDefinition> Interfaces(TypeDefinition type)
    {
        return BaseTypes(type).Prepend(type)
            .SelectMany(one => one.Interfaces)
            .Select(one => one.InterfaceType.Resolve())
            .SelectMany(one => Interfaces(one).Prepend(one))
            .Distinct();
    }

    public static IEnumerable<TypeDefinition> BaseTypes(TypeDefinition type)
    {
        for (var other = type.BaseType?.Resolve(); other is not null; other = other.BaseType?.Resolve())
        {
            yield return other;
        }
    }

    private static bool IsSame(MethodDefinition a, MethodDefinition b)
    {
        return a.Name == b.Name && a.ReturnType.FullName == b.ReturnType.FullName
            && a.Parameters.Select(one => one.ParameterType.FullName).SequenceEqual(b.Parameters.Select(one => one.ParameterType.FullName));
    }
}
