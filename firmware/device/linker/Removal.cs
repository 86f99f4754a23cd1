using System.Linq;
using Mono.Cecil;
using Mono.Collections.Generic;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Takes out what is not reached, and what no device reads: attributes, properties, names of parameters.</summary>
internal static class Removal
{
    public static void Run(ModuleDefinition module, Api api, Reachability reached)
    {
        module.Assembly.CustomAttributes.Clear();
        module.CustomAttributes.Clear();
        Run(module.Types, api, reached);
    }

    private static void Run(Collection<TypeDefinition> types, Api api, Reachability reached)
    {
        foreach (var type in types.ToList())
        {
            if (!reached.Has(type) && type.Name != "<Module>")
            {
                types.Remove(type);
                continue;
            }

            Run(type.NestedTypes, api, reached);
            Run(type, api, reached);
        }
    }

    private static void Run(TypeDefinition type, Api api, Reachability reached)
    {
        bool isApi = api.Has(type);
        KeepForCompilers(type.CustomAttributes, isApi);
        foreach (var field in type.Fields.ToList())
        {
            field.CustomAttributes.Clear();
            bool isNamed = isApi && field.HasConstant && Members.IsVisible(field);
            if (!isNamed && !reached.Has(field))
            {
                type.Fields.Remove(field);
            }
        }

        foreach (var property in type.Properties.ToList())
        {
            property.CustomAttributes.Clear();
            if (!IsKept(property.GetMethod) && !IsKept(property.SetMethod))
            {
                type.Properties.Remove(property);
            }
        }

        foreach (var one in type.Events.Where(one => !isApi).ToList())
        {
            type.Events.Remove(one);
        }

        foreach (var method in type.Methods.ToList())
        {
            if (!reached.Has(method))
            {
                type.Methods.Remove(method);
                continue;
            }

            bool isVisible = api.Has(method);
            KeepForCompilers(method.CustomAttributes, isVisible);
            method.MethodReturnType.CustomAttributes.Clear();
            foreach (var parameter in method.Parameters)
            {
                KeepForCompilers(parameter.CustomAttributes, isVisible);
                if (!isVisible)
                {
                    parameter.Name = null;
                    parameter.Constant = null;
                    parameter.HasDefault = false;
                    parameter.IsOptional = false;
                }
            }
        }

        foreach (var implementation in type.Interfaces.ToList())
        {
            if (implementation.InterfaceType is TypeDefinition declared && !reached.Has(declared))
            {
                type.Interfaces.Remove(implementation);
            }
        }

        bool IsKept(MethodDefinition? accessor)
        {
            return accessor is not null && reached.Has(accessor) && api.Has(accessor);
        }
    }

    /// <summary>A compiler that names the API reads these; the metadata processor leaves them out.</summary>
    private static void KeepForCompilers(Collection<CustomAttribute> attributes, bool isApi)
    {
        foreach (var attribute in attributes.ToList())
        {
            string name = attribute.AttributeType.FullName;
            if (!isApi || name is not ("System.ParamArrayAttribute" or "System.Reflection.DefaultMemberAttribute" or "System.ObsoleteAttribute" or "System.FlagsAttribute"))
            {
                attributes.Remove(attribute);
            }
        }
    }
}
