using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Gives what nobody outside can name the shortest names there are, the same ones again and again. Virtual methods that stand
/// for each other share a name that no others have, for the runtime finds them by it.
/// </summary>
internal static class ShortNames
{
    /// <summary>Returns a line for each type and method: its name on the device, and the one it had.</summary>
    public static List<string> Give(ModuleDefinition module, Api api)
    {
        var old = Members.Types(module).ToDictionary(type => type, type => type.FullName);
        var oldMethods = Members.Methods(module).ToDictionary(method => method, method => method.Name);
        var families = Families(module, api);
        GiveTypes(module.Types.Where(type => type.Name != "<Module>"), api);
        int next = 0;
        foreach (var family in families.Where(family => family.IsOurs))
        {
            string name = Name(next++);
            foreach (var method in family.Methods)
            {
                method.Name = name;
            }
        }

        foreach (var type in Members.Types(module).ToList())
        {
            GiveTypes(type.NestedTypes, api);
            GiveFields(type, api);
            GiveMethods(type, api);
        }

        return Members.Types(module)
            .SelectMany(type => type.Methods.Select(method => type.FullName + "." + method.Name + " = " + old[type] + "." + oldMethods[method]).Prepend(type.FullName + " = " + old[type]))
            .ToList();
    }

    /// <summary>a, b, ... z, A, ... Z, aa, ab, ...</summary>
    public static string Name(int number)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        string name = Letters[number % Letters.Length].ToString();
        return number < Letters.Length ? name : Name(number / Letters.Length - 1) + name;
    }

    private static void GiveTypes(IEnumerable<TypeDefinition> types, Api api)
    {
        int next = 0;
        foreach (var type in types.Where(type => !api.Has(type)))
        {
            type.Namespace = "";
            if (!type.IsNested)
            {
                type.IsPublic = false;
            }

            type.Name = Name(next++);
        }
    }

    private static void GiveFields(TypeDefinition type, Api api)
    {
        int next = 0;
        foreach (var field in type.Fields.Where(field => !api.Has(field) && !field.IsRuntimeSpecialName))
        {
            field.Name = Name(next++);
        }
    }

    private static void GiveMethods(TypeDefinition type, Api api)
    {
        // The runtime finds these by number, but the converter wants no two methods of a type to look alike.
        var taken = type.Methods.Where(method => method.IsVirtual).Select(method => method.Name).ToHashSet();
        int next = 0;
        foreach (var method in type.Methods.Where(method => !method.IsVirtual && !api.Has(method) && !Members.IsConstructor(method) && !Members.IsDelegate(type)))
        {
            do
            {
                method.Name = Name(next++);
            }
            while (taken.Contains(method.Name));
        }
    }

    private static List<Family> Families(ModuleDefinition module, Api api)
    {
        var of = new Dictionary<MethodDefinition, Family>();
        Family FamilyOf(MethodDefinition method)
        {
            if (!of.TryGetValue(method, out var family))
            {
                family = new Family();
                family.Methods.Add(method);
                family.IsOurs = method.Module == module && !api.Has(method) && !Members.IsDelegate(method.DeclaringType) && method.Name != "Finalize";
                of.Add(method, family);
            }

            return family;
        }

        void Join(MethodDefinition a, MethodDefinition b)
        {
            var one = FamilyOf(a);
            var other = FamilyOf(b);
            if (one == other)
            {
                return;
            }

            one.IsOurs &= other.IsOurs;
            foreach (var method in other.Methods)
            {
                one.Methods.Add(method);
                of[method] = one;
            }
        }

        foreach (var type in Members.Types(module))
        {
            foreach (var method in type.Methods.Where(method => method.IsVirtual))
            {
                FamilyOf(method);
                foreach (var other in Overrides.BasesOf(method))
                {
                    Join(method, other);
                }
            }

            foreach (var declared in Overrides.Interfaces(type).SelectMany(one => one.Methods).ToList())
            {
                if (Overrides.Implementation(type, declared) is { } implementation)
                {
                    Join(declared, implementation);
                }
            }
        }

        return of.Values.Distinct().ToList();
    }

    private sealed class Family
    {
        public List<MethodDefinition> Methods { get; } = new();

        public bool IsOurs { get; set; }
    }
}
