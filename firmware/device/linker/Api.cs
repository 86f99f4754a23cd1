using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>The types that other assemblies may name, with their visible members; they keep their names.</summary>
internal sealed class Api
{
    private readonly ModuleDefinition _module;
    private readonly HashSet<TypeDefinition> _types = new();

    private Api(ModuleDefinition module)
    {
        _module = module;
    }

    public IEnumerable<TypeDefinition> Types
    {
        get { return _types; }
    }

    public static Api Of(ModuleDefinition module, IReadOnlyCollection<string> names)
    {
        var api = new Api(module);
        foreach (string name in names)
        {
            api.Add(module.GetType(name.Replace('+', '/')) ?? throw new LinkException("there is no type " + name + ", which is to be kept for others"));
        }

        if (names.Count == 0 && module.EntryPoint is null)
        {
            foreach (var type in module.Types.Where(type => type.IsPublic))
            {
                api.Add(type);
            }
        }

        return api;
    }

    public bool Has(TypeDefinition type)
    {
        return _types.Contains(type);
    }

    public bool Has(MethodDefinition method)
    {
        return Has(method.DeclaringType) && Members.IsVisible(method);
    }

    public bool Has(FieldDefinition field)
    {
        return Has(field.DeclaringType) && Members.IsVisible(field);
    }

    /// <summary>With a type come the types its visible members name: without them nobody could use it.</summary>
    private void Add(TypeReference? reference)
    {
        var type = Members.In(_module, reference);
        if (type is null || !_types.Add(type))
        {
            return;
        }

        Add(type.DeclaringType);
        Add(type.BaseType);
        foreach (var nested in type.NestedTypes.Where(nested => nested.IsNestedPublic))
        {
            Add(nested);
        }

        foreach (var implementation in type.Interfaces)
        {
            Add(implementation.InterfaceType);
        }

        foreach (var field in type.Fields.Where(Members.IsVisible))
        {
            Add(field.FieldType);
        }

        foreach (var method in type.Methods.Where(Members.IsVisible))
        {
            Add(method.ReturnType);
            foreach (var parameter in method.Parameters)
            {
                Add(parameter.ParameterType);
            }
        }
    }
}
