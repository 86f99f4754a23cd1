using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Makes one module of a program and the libraries it is built with. Nobody else names what is in them, so all names can be short,
/// and what the program does not use of them can go.
/// </summary>
internal static class Joining
{
    /// <summary>Takes the modules apart: only what is returned is of use afterwards. They must have been read at once, not when needed.</summary>
    /// <param name="program">The program.</param>
    /// <param name="libraries">The libraries, which <paramref name="resolver"/> finds too.</param>
    /// <param name="names">What types of a module were called before it was linked itself; a name that is missing is as it was.</param>
    /// <param name="resolver">Finds all that is named.</param>
    public static ModuleDefinition Run(ModuleDefinition program, IReadOnlyCollection<ModuleDefinition> libraries, IReadOnlyDictionary<ModuleDefinition, Dictionary<string, string>> names, IAssemblyResolver resolver)
    {
        var sources = libraries.Prepend(program).ToList();
        var assembly = AssemblyDefinition.CreateAssembly(
            new AssemblyNameDefinition(program.Assembly.Name.Name, program.Assembly.Name.Version),
            program.Name,
            new ModuleParameters { Kind = program.Kind, Runtime = program.Runtime, AssemblyResolver = resolver });
        var whole = assembly.MainModule;

        // The first reference to the core library settles what the module's own objects and numbers are.
        whole.ImportReference(program.TypeSystem.Object);
        var types = sources.SelectMany(Members.Types).Where(type => type.Name != "<Module>").ToList();
        var references = new References(whole, type => type.Scope is { } scope && IsOf(sources, scope) ? type.Resolve() : null);
        foreach (var type in types)
        {
            Strip(type);
            references.Rewrite(type);
        }

        var entry = program.EntryPoint;
        var fullNames = types.ToDictionary(type => type, type => names.TryGetValue(type.Module, out var old) ? old.GetValueOrDefault(type.FullName, type.FullName) : type.FullName);
        foreach (var type in types)
        {
            Move(type, fullNames[type], whole);
        }

        whole.EntryPoint = entry;
        return whole;
    }

    /// <summary>Takes out what is for compilers, and what the last link has put in for the interpreter.</summary>
    private static void Strip(TypeDefinition type)
    {
        type.Properties.Clear();
        type.Events.Clear();
        var attributed = type.Interfaces.Concat<ICustomAttributeProvider>(type.Fields).Concat(type.Methods).Append(type)
            .Concat(type.Methods.Select(method => method.MethodReturnType))
            .Concat(type.Methods.SelectMany(method => method.Parameters));
        foreach (var provider in attributed)
        {
            provider.CustomAttributes.Clear();
        }

        foreach (var method in type.Methods)
        {
            StackGuards.TakeBack(method);
        }
    }

    private static bool IsOf(IEnumerable<ModuleDefinition> sources, IMetadataScope scope)
    {
        return sources.Any(source => scope == source || (scope is AssemblyNameReference name && name.Name == source.Assembly.Name.Name));
    }

    /// <summary>A type within a type becomes one beside it: the interpreter makes no difference.</summary>
    private static void Move(TypeDefinition type, string fullName, ModuleDefinition to)
    {
        var source = type.Module;
        if (type.DeclaringType is { } outer)
        {
            outer.NestedTypes.Remove(type);
            type.Attributes = (type.Attributes & ~TypeAttributes.VisibilityMask) | TypeAttributes.NotPublic;
            source.Types.Add(type);
        }

        source.Types.Remove(type);
        int end = fullName.LastIndexOf('.');
        type.Namespace = end < 0 ? "" : fullName[..end];
        type.Name = fullName[(end + 1)..].Replace('/', '+');
        to.Types.Add(type);
    }
}
