using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// A field that is only ever given one constant is that constant, and one that nobody reads is nothing: both go, and with each an
/// object's place for it. Settings that a program leaves as they are cost it nothing so, nor does what they would have switched on.
/// </summary>
/// <remarks>
/// Left alone: what others name, fields of structs, those whose address is taken, and those that could be read before their constant is
/// there: it must be given in every constructor, before anything that could see the object. An object that is null where one was
/// expected is no longer found where only such a field was wanted of it.
/// </remarks>
internal sealed class ConstantFields
{
    private readonly ModuleDefinition _module;
    private readonly Dictionary<FieldDefinition, Uses> _uses = new();

    private ConstantFields(ModuleDefinition module)
    {
        _module = module;
    }

    /// <summary>Returns how many fields went. Of the module only what is reached may be left.</summary>
    public static int Run(ModuleDefinition module, Api api)
    {
        return new ConstantFields(module).Run(api);
    }

    private int Run(Api api)
    {
        var methods = Members.Methods(_module).Where(method => method.HasBody).ToList();
        foreach (var method in methods)
        {
            method.Body.SimplifyMacros();
            Note(method);
        }

        var gone = new HashSet<FieldDefinition>();
        var constants = new Dictionary<FieldDefinition, Instruction[]>();
        foreach (var field in Members.Fields(_module).Where(field => !api.Has(field) && !field.HasConstant && !field.DeclaringType.IsValueType && !StaticData.HasValues(field)))
        {
            var uses = _uses.GetValueOrDefault(field) ?? new Uses();
            if (uses.IsOpen)
            {
                continue;
            }

            if (uses.Reads == 0)
            {
                gone.Add(field);
            }
            else if (Constant(field, uses) is { } constant)
            {
                constants.Add(field, constant);
                gone.Add(field);
            }
        }

        foreach (var method in methods)
        {
            Rewrite(method.Body, gone, constants);
            method.Body.OptimizeMacros();
        }

        foreach (var field in gone)
        {
            field.DeclaringType.Fields.Remove(field);
        }

        return gone.Count;
    }

    private void Note(MethodDefinition method)
    {
        var code = method.Body.Instructions;
        var targets = Branches.Targets(method.Body);
        for (int i = 0; i < code.Count; i++)
        {
            if (Members.In(_module, code[i].Operand as FieldReference) is not { } field)
            {
                continue;
            }

            if (!_uses.TryGetValue(field, out var uses))
            {
                _uses.Add(field, uses = new Uses());
            }

            bool isPrefixed = i > 0 && code[i - 1].OpCode.OpCodeType == OpCodeType.Prefix;
            switch (code[i].OpCode.Code)
            {
                case Code.Ldfld or Code.Ldsfld when !isPrefixed:
                    uses.Reads++;
                    break;
                case Code.Stfld or Code.Stsfld when !isPrefixed:
                    uses.IsOpen |= targets.Contains(code[i]) || (i > 0 && targets.Contains(code[i - 1]) && code[i - 1].OpCode.Code == Code.Conv_I8);
                    uses.Writes.Add((method, i));
                    break;
                default:
                    uses.IsOpen = true;
                    break;
            }
        }
    }

    /// <summary>What puts the field's constant on the stack; null where it has none.</summary>
    private static Instruction[]? Constant(FieldDefinition field, Uses uses)
    {
        var values = uses.Writes.Select(write => Written(write.Method.Body.Instructions, write.Index)).ToList();
        if (values.Any(value => value is null))
        {
            return null;
        }

        bool isLong = field.FieldType.MetadataType is MetadataType.Int64 or MetadataType.UInt64;
        if (!field.FieldType.IsPrimitive && field.FieldType.IsValueType && field.FieldType.Resolve() is not { IsEnum: true })
        {
            return null;
        }

        if (values.All(value => value!.Value == 0))
        {
            return !field.FieldType.IsValueType ? new[] { Instruction.Create(OpCodes.Ldnull) }
                : isLong ? new[] { Instruction.Create(OpCodes.Ldc_I4, 0), Instruction.Create(OpCodes.Conv_I8) }
                : field.FieldType.MetadataType is MetadataType.Single or MetadataType.Double ? null
                : new[] { Instruction.Create(OpCodes.Ldc_I4, 0) };
        }

        if (values.Distinct().Count() != 1 || !IsThereFromTheStart(field, uses))
        {
            return null;
        }

        var (method, index) = uses.Writes[0];
        var code = method.Body.Instructions;
        return code[index - 1].OpCode.Code == Code.Conv_I8 ? new[] { code[index - 2], code[index - 1] } : new[] { code[index - 1] };
    }

    /// <summary>The constant number, or 0 for null, that an instruction writes into a field.</summary>
    private static long? Written(IList<Instruction> code, int index)
    {
        if (index == 0)
        {
            return null;
        }

        var push = code[index - 1];
        return push.OpCode.Code == Code.Conv_I8 && index > 1 ? Pushes.Number(code[index - 2]) : push.OpCode.Code == Code.Ldc_I8 ? (long)push.Operand : Pushes.Number(push);
    }

    private static bool IsThereFromTheStart(FieldDefinition field, Uses uses)
    {
        var type = field.DeclaringType;
        var constructors = type.Methods.Where(method => method.IsConstructor && method.IsStatic == field.IsStatic && !CallsAnother(method)).ToList();
        return constructors.Count == uses.Writes.Count && constructors.All(constructor => uses.Writes.Any(write => write.Method == constructor && NobodyLooksBefore(write.Index, constructor)));
    }

    /// <summary>Whether a constructor leaves it to another one of its type to begin.</summary>
    private static bool CallsAnother(MethodDefinition constructor)
    {
        return !constructor.IsStatic && constructor.Body.Instructions.Any(one => one.OpCode.Code == Code.Call && one.Operand is MethodDefinition { Name: ".ctor" } called && called.DeclaringType == constructor.DeclaringType);
    }

    /// <summary>Whether a constructor comes to an instruction straight, and calls nothing before that could be given its object.</summary>
    private static bool NobodyLooksBefore(int index, MethodDefinition constructor)
    {
        var type = constructor.DeclaringType;
        foreach (var one in constructor.Body.Instructions.Take(index))
        {
            if (one.OpCode.FlowControl is not (FlowControl.Next or FlowControl.Call))
            {
                return false;
            }

            if (one.OpCode.FlowControl == FlowControl.Call && one.Operand is MethodReference called && called.DeclaringType.FullName != "System.Object")
            {
                bool couldTakeIt = called.Parameters.Any(parameter => CouldBe(type, parameter.ParameterType)) || (called.HasThis && one.OpCode.Code != Code.Newobj && CouldBe(type, called.DeclaringType));
                if (couldTakeIt || constructor.IsStatic)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether an object of a type can be where another type is asked for.</summary>
    private static bool CouldBe(TypeDefinition type, TypeReference asked)
    {
        return asked.FullName == "System.Object" || asked == type || Overrides.BaseTypes(type).Contains(asked.Resolve()) || Overrides.Interfaces(type).Contains(asked.Resolve());
    }

    private void Rewrite(MethodBody body, HashSet<FieldDefinition> gone, Dictionary<FieldDefinition, Instruction[]> constants)
    {
        var code = body.Instructions;
        var targets = Branches.Targets(body);
        for (int i = 0; i < code.Count; i++)
        {
            if (Members.In(_module, code[i].Operand as FieldReference) is not { } field || !gone.Contains(field))
            {
                continue;
            }

            switch (code[i].OpCode.Code)
            {
                case Code.Ldsfld:
                    Splices.Replace(body, i, 1, Splices.Copy(constants[field]));
                    break;
                case Code.Ldfld:
                    i = Pushes.Without(body, i, 1, targets, Splices.Copy(constants[field]));
                    break;
                case Code.Stsfld:
                    i = Pushes.Without(body, i, 1, targets);
                    break;
                case Code.Stfld:
                    i = Pushes.Without(body, i, 2, targets);
                    break;
            }

            targets = Branches.Targets(body);
        }
    }

    private sealed class Uses
    {
        public int Reads { get; set; }

        public List<(MethodDefinition Method, int Index)> Writes { get; } = new();

        /// <summary>Used in a way that is not followed.</summary>
        public bool IsOpen { get; set; }
    }
}
