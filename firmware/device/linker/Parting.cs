using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Parts a program into as few assemblies as can hold it. The interpreter loads an assembly only when it has all that it speaks of, so
/// no two speak of each other: a type leaves the program with all that it names. And as each name across costs a record, those leave
/// of which the rest names little.
/// </summary>
internal sealed class Parting
{
    /// <summary>Bytes of code that an assembly holds: methods' places are counted with 16 bits, and the converter adds a little.</summary>
    public const int MostCode = 0xFFFF - 512;

    private const int HandlerBytes = 12;

    /// <summary>How much larger than what has still to go a group may be, tried one after the other.</summary>
    private static readonly double[] Leaps = { 1.2, 2, 4, double.MaxValue };

    private readonly ModuleDefinition _whole;
    private readonly int _most;
    private readonly Dictionary<TypeDefinition, int> _code;

    /// <summary>For each type the other types it names, and their members.</summary>
    private readonly Dictionary<TypeDefinition, HashSet<TypeDefinition>> _types = new();
    private readonly Dictionary<TypeDefinition, HashSet<IMemberDefinition>> _members = new();

    /// <summary>For each type what it names of the packages.</summary>
    private readonly Dictionary<TypeDefinition, HashSet<string>> _others = new();

    private Parting(ModuleDefinition whole, int most)
    {
        _whole = whole;
        _most = most;
        _code = whole.Types.Where(type => type.Name != "<Module>" && !StaticData.IsForValues(type)).ToDictionary(type => type, CodeOf);
        foreach (var type in _code.Keys)
        {
            var members = Named(type).Where(member => (member as TypeDefinition ?? member.DeclaringType) is { } owner && owner != type && _code.ContainsKey(owner)).ToHashSet();
            _members.Add(type, members);
            _others.Add(type, Operands(type).Where(one => Members.In(_whole, one as TypeReference ?? one.DeclaringType) is null).Select(one => one.FullName).ToHashSet());
            _types.Add(type, members.Select(member => member as TypeDefinition ?? member.DeclaringType).ToHashSet());
        }
    }

    /// <summary>Returns the assemblies, the program last; the whole is of no use afterwards.</summary>
    /// <param name="whole">The linked program.</param>
    /// <param name="most">Bytes of code that one assembly may hold.</param>
    public static IReadOnlyList<ModuleDefinition> Run(ModuleDefinition whole, int most = MostCode)
    {
        return new Parting(whole, most).Run();
    }

    private IReadOnlyList<ModuleDefinition> Run()
    {
        var left = _code.Keys.ToHashSet();
        var parts = new List<HashSet<TypeDefinition>>();
        while (Code(left) > _most)
        {
            var part = Lowest(left);
            left.ExceptWith(part);
            parts.Add(part);
        }

        parts.Add(left);
        return Move(parts);
    }

    /// <summary>Types that name none of the rest, by which the rest comes to fit or comes nearest to it; among such, those with which the fewest names are needed.</summary>
    private HashSet<TypeDefinition> Lowest(HashSet<TypeDefinition> left)
    {
        var groups = left.Select(type => Closure(type, left)).Where(group => !group.Contains(_whole.EntryPoint.DeclaringType)).ToList();
        var part = Leaps.Select(leap => Grown(left, groups, leap)).OrderBy(part => Math.Max(0, Code(left) - Code(part) - _most)).ThenBy(part => Names(left, part) + Others(part) + Others(left.Except(part))).First();
        return part.Count > 0 ? part : throw new LinkException("the program has " + Code(left) + " bytes of code that cannot be parted, for its types name each other; an assembly holds " + _most);
    }

    /// <summary>One group after the other of those the rest names least of, until the rest fits or the part is full; none much larger than what has still to go, while there are others.</summary>
    private HashSet<TypeDefinition> Grown(HashSet<TypeDefinition> left, List<HashSet<TypeDefinition>> groups, double leap)
    {
        var part = new HashSet<TypeDefinition>();
        while (Code(left) - Code(part) - _most is > 0 and var over)
        {
            int names = Names(left, part);
            var next = groups
                .Where(group => !group.IsSubsetOf(part) && Code(group.Union(part)) <= _most)
                .OrderBy(group => Code(group.Except(part)) > leap * over)
                .ThenBy(group => (double)(Names(left, part.Union(group).ToHashSet()) - names) / Math.Max(1, Code(group.Except(part))))
                .FirstOrDefault();
            if (next is null)
            {
                break;
            }

            part.UnionWith(next);
        }

        return part;
    }

    /// <summary>How many types and members of a part the rest names.</summary>
    private int Names(HashSet<TypeDefinition> left, HashSet<TypeDefinition> part)
    {
        return left.Where(type => !part.Contains(type)).SelectMany(type => _members[type]).Where(member => part.Contains(member as TypeDefinition ?? member.DeclaringType)).Distinct().Count();
    }

    /// <summary>How many types and members of the packages some types name.</summary>
    private int Others(IEnumerable<TypeDefinition> types)
    {
        return types.SelectMany(type => _others[type]).Distinct().Count();
    }

    private int Code(IEnumerable<TypeDefinition> types)
    {
        return types.Sum(type => _code[type]);
    }

    private HashSet<TypeDefinition> Closure(TypeDefinition type, HashSet<TypeDefinition> left)
    {
        var closure = new HashSet<TypeDefinition>();
        var open = new Stack<TypeDefinition>();
        open.Push(type);
        while (open.TryPop(out var one))
        {
            if (left.Contains(one) && closure.Add(one))
            {
                foreach (var named in _types[one])
                {
                    open.Push(named);
                }
            }
        }

        return closure;
    }

    private IReadOnlyList<ModuleDefinition> Move(List<HashSet<TypeDefinition>> parts)
    {
        int names = _whole.Types.Count;
        var modules = new List<ModuleDefinition>();
        foreach (var part in parts)
        {
            bool isProgram = part == parts[^1];
            string name = _whole.Assembly.Name.Name + (isProgram ? "" : "." + (modules.Count + 1));
            var module = AssemblyDefinition.CreateAssembly(
                new AssemblyNameDefinition(name, _whole.Assembly.Name.Version),
                isProgram ? _whole.Name : name + ".dll",
                new ModuleParameters { Kind = isProgram ? _whole.Kind : ModuleKind.Dll, Runtime = _whole.Runtime, AssemblyResolver = _whole.AssemblyResolver }).MainModule;
            module.ImportReference(_whole.TypeSystem.Object);
            foreach (var type in part)
            {
                _whole.Types.Remove(type);
                module.Types.Add(type);
            }

            StaticData.Gather(part, module, names);
            modules.Add(module);
        }

        foreach (var type in _code.Keys)
        {
            foreach (var field in type.Fields.Where(StaticData.HasValues).ToList())
            {
                type.Fields.Remove(field);
            }
        }

        for (int i = 0; i < parts.Count; i++)
        {
            var module = modules[i];
            var references = new References(module, type => type is TypeDefinition definition && definition.Module == module ? definition : null);
            foreach (var type in parts[i])
            {
                references.Rewrite(type);
            }
        }

        modules[^1].EntryPoint = _whole.EntryPoint;
        return modules;
    }

    /// <summary>All of the module that a type names.</summary>
    private IEnumerable<IMemberDefinition> Named(TypeDefinition type)
    {
        var references = type.Interfaces.Select(one => one.InterfaceType)
            .Append(type.BaseType)
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType)));
        var bodies = type.Methods.Where(method => method.HasBody).Select(method => method.Body).ToList();
        references = references
            .Concat(bodies.SelectMany(body => body.Variables).Select(variable => variable.VariableType))
            .Concat(bodies.SelectMany(body => body.ExceptionHandlers).Select(handler => handler.CatchType));
        var operands = Operands(type).ToList();
        return references.Concat(operands.OfType<TypeReference>()).Select(one => Members.In(_whole, one)).OfType<IMemberDefinition>()
            .Concat(operands.OfType<IMemberDefinition>().Where(member => member.DeclaringType?.Module == _whole))
            .Concat(operands.Select(member => Members.In(_whole, member.DeclaringType)).OfType<IMemberDefinition>());
    }

    private static IEnumerable<MemberReference> Operands(TypeDefinition type)
    {
        return type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).Select(one => one.Operand).OfType<MemberReference>();
    }

    private static int CodeOf(TypeDefinition type)
    {
        return type.Methods.Where(method => method.HasBody).Sum(method => method.Body.Instructions.Sum(NanoSize.Of) + HandlerBytes * method.Body.ExceptionHandlers.Count);
    }
}
