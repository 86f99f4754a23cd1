using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>What the API or the entry point can lead to.</summary>
internal sealed class Reachability
{
    private readonly ModuleDefinition _module;
    private readonly HashSet<TypeDefinition> _types = new();
    private readonly HashSet<TypeDefinition> _made = new();
    private readonly HashSet<MethodDefinition> _methods = new();
    private readonly HashSet<FieldDefinition> _fields = new();
    private readonly Queue<MethodDefinition> _open = new();

    private Reachability(ModuleDefinition module)
    {
        _module = module;
    }

    public static Reachability Of(ModuleDefinition module, Api api)
    {
        var reached = new Reachability(module);
        reached.Add(module.EntryPoint);
        foreach (var type in api.Types)
        {
            reached.Add(type);
            foreach (var method in type.Methods.Where(Members.IsVisible))
            {
                reached.Add(method);
            }

            foreach (var field in type.Fields.Where(Members.IsVisible))
            {
                reached.Add(field);
            }
        }

        reached.Run();
        return reached;
    }

    public bool Has(TypeDefinition type)
    {
        return _types.Contains(type);
    }

    public bool Has(MethodDefinition method)
    {
        return _methods.Contains(method);
    }

    public bool Has(FieldDefinition field)
    {
        return _fields.Contains(field);
    }

    /// <summary>Whether there can be an object of exactly this type or of one derived from it.</summary>
    public bool IsMade(TypeDefinition type)
    {
        return _made.Contains(type);
    }

    private void Run()
    {
        do
        {
            while (_open.TryDequeue(out var method))
            {
                Read(method);
            }

            AddOverrides();
        }
        while (_open.Count > 0);
    }

    /// <summary>A virtual method is reached when there are objects of its type and what it stands for is reached or not ours.</summary>
    private void AddOverrides()
    {
        foreach (var type in _types.Where(_made.Contains).ToList())
        {
            foreach (var method in type.Methods.Where(method => method.IsVirtual && !_methods.Contains(method)))
            {
                if (Overrides.BasesOf(method).Any(IsCalled))
                {
                    Add(method);
                }
            }

            foreach (var declared in Overrides.Interfaces(type).SelectMany(one => one.Methods).Where(IsCalled))
            {
                Add(Overrides.Implementation(type, declared));
            }
        }
    }

    private bool IsCalled(MethodDefinition method)
    {
        return method.Module != _module || _methods.Contains(method);
    }

    private void Read(MethodDefinition method)
    {
        Add(method.DeclaringType);
        Add(method.ReturnType);
        foreach (var parameter in method.Parameters)
        {
            Add(parameter.ParameterType);
        }

        if (method.Name == ".ctor")
        {
            _made.Add(method.DeclaringType);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (var variable in method.Body.Variables)
        {
            Add(variable.VariableType);
        }

        foreach (var handler in method.Body.ExceptionHandlers)
        {
            Add(handler.CatchType);
        }

        foreach (var instruction in method.Body.Instructions)
        {
            Add(instruction);
        }
    }

    private void Add(Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case MethodReference method:
                Add(Members.In(_module, method));
                Add(method.DeclaringType);
                break;
            case FieldReference field:
                Add(Members.In(_module, field));
                break;
            case TypeReference type:
                Add(type);
                break;
        }
    }

    private void Add(MethodDefinition? method)
    {
        if (method is not null && method.Module == _module && _methods.Add(method))
        {
            _open.Enqueue(method);
        }
    }

    private void Add(FieldDefinition? field)
    {
        if (field is not null && _fields.Add(field))
        {
            Add(field.FieldType);
            Add(field.DeclaringType);
        }
    }

    private void Add(TypeReference? reference)
    {
        var type = Members.In(_module, reference);
        if (type is null || !_types.Add(type))
        {
            return;
        }

        Add(type.DeclaringType);
        Add(type.BaseType);
        foreach (var implementation in type.Interfaces)
        {
            Add(implementation.InterfaceType);
        }

        if (type.IsValueType || type.IsEnum)
        {
            _made.Add(type);
            foreach (var field in type.Fields.Where(field => !field.IsStatic))
            {
                Add(field);
            }
        }

        foreach (var method in type.Methods.Where(method => method.Name == ".cctor" || Members.IsDelegate(type)))
        {
            Add(method);
        }
    }
}
