using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Collections.Generic;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// An interface that nobody outside can name and one class implements becomes that class: seams that are there for the tests
/// cost the device nothing. Methods that then stand for no other are no longer virtual.
/// </summary>
internal static class SoleImplementations
{
    /// <summary>Returns whether anything changed. Of the module only what is reached may be left.</summary>
    public static bool Replace(ModuleDefinition module, Api api, Reachability reached)
    {
        var types = Members.Types(module).ToList();
        var implementations = new Dictionary<TypeDefinition, TypeDefinition>();
        foreach (var declared in types.Where(type => type.IsInterface && !api.Has(type) && !type.HasInterfaces))
        {
            var classes = types.Where(type => Overrides.Interfaces(type).Contains(declared)).ToList();
            if (classes.Count == 1 && !classes[0].IsInterface && !classes[0].IsValueType && reached.IsMade(classes[0]))
            {
                implementations.Add(declared, classes[0]);
            }
        }

        var replacement = new TypeReplacement(type => type is TypeDefinition declared && implementations.TryGetValue(declared, out var implementation) ? implementation : type);
        foreach (var needed in replacement.NeededIn(module))
        {
            implementations.Remove(needed);
        }

        foreach (var pair in implementations)
        {
            Replace(module, pair.Key, pair.Value);
        }

        replacement.Run(module);
        return MakeDirect(module, api) || implementations.Count > 0;
    }

    private static void Replace(ModuleDefinition module, TypeDefinition declared, TypeDefinition implementation)
    {
        var methods = declared.Methods.ToDictionary(method => method, method => Overrides.Implementation(implementation, method));
        foreach (var instruction in Members.Instructions(module))
        {
            if (instruction.Operand is MethodDefinition method && methods.TryGetValue(method, out var target) && target is not null)
            {
                instruction.Operand = target.Module == module ? target : module.ImportReference(target);
            }
        }

        foreach (var method in Members.Methods(module))
        {
            foreach (var reference in method.Overrides.Where(one => one.DeclaringType == declared).ToList())
            {
                method.Overrides.Remove(reference);
            }
        }

        var owner = Overrides.BaseTypes(implementation).Prepend(implementation).First(type => type.Interfaces.Any(one => one.InterfaceType == declared));
        owner.Interfaces.Remove(owner.Interfaces.First(one => one.InterfaceType == declared));
    }

    private static bool MakeDirect(ModuleDefinition module, Api api)
    {
        var virtuals = Members.Methods(module).Where(method => method.IsVirtual).ToList();
        var overridden = virtuals.SelectMany(Overrides.BasesOf).ToHashSet();
        bool changed = false;
        foreach (var method in virtuals)
        {
            bool isAlone = !overridden.Contains(method) && !Overrides.BasesOf(method).Any();
            if (isAlone && !method.IsAbstract && !api.Has(method) && !method.DeclaringType.IsInterface && !Members.IsDelegate(method.DeclaringType) && method.Name != "Finalize"
                && !IsInherited(module, method))
            {
                method.IsVirtual = false;
                method.IsNewSlot = false;
                method.IsFinal = false;
                changed = true;
            }
        }

        foreach (var method in Members.Methods(module).Where(method => method.HasBody))
        {
            MakeDelegatesDirect(module, method.Body.Instructions);
        }

        return changed;
    }

    /// <summary>A delegate of a virtual method looks it up on a second copy of the object; one of a direct method has no use for that.</summary>
    private static void MakeDelegatesDirect(ModuleDefinition module, Collection<Instruction> instructions)
    {
        for (int i = instructions.Count - 1; i > 0; i--)
        {
            if (instructions[i].OpCode.Code == Code.Ldvirtftn && instructions[i - 1].OpCode.Code == Code.Dup
                && Members.In(module, (MethodReference)instructions[i].Operand) is { IsVirtual: false } method)
            {
                instructions[i - 1].OpCode = OpCodes.Ldftn;
                instructions[i - 1].Operand = method;
                instructions.RemoveAt(i);
            }
        }
    }

    /// <summary>Whether a derived type answers an interface's call by this method.</summary>
    private static bool IsInherited(ModuleDefinition module, MethodDefinition method)
    {
        return Members.Types(module)
            .Where(type => Overrides.BaseTypes(type).Contains(method.DeclaringType))
            .SelectMany(type => Overrides.Interfaces(type).SelectMany(one => one.Methods).Select(declared => Overrides.Implementation(type, declared)))
            .Contains(method);
    }
}
