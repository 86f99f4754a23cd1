using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace SmtpEmbedded.Device.Tests.Il.Execution;

/// <summary>One call of a method while it runs in an <see cref="IlMachine"/>.</summary>
internal sealed class IlFrame(IlMachine machine, AssemblyImage image, MethodCode method, Dictionary<int, int> indices, object?[] arguments)
{
    private readonly Stack<object?> _stack = new();
    private readonly object?[] _locals = new object?[256];
    private int _next;

    /// <summary>Runs it to its end.</summary>
    /// <returns>What the method returns; null where it returns nothing.</returns>
    public object? Run()
    {
        Array.Fill(_locals, 0);
        while (true)
        {
            var instruction = method.Instructions[_next++];
            machine.Executed++;
            machine.Watch?.Invoke(method, instruction);
            var name = instruction.Code.Name!;
            if (name == "ret")
            {
                return _stack.Count > 0 ? _stack.Pop() : null;
            }

            Execute(name, instruction);
        }
    }

    private void Execute(string name, Instruction instruction)
    {
        switch (name)
        {
            case "nop" or "conv.i4" or "conv.u4" or "volatile.":
                break;
            case "dup":
                _stack.Push(_stack.Peek());
                break;
            case "pop":
                _stack.Pop();
                break;
            case "ldnull":
                _stack.Push(null);
                break;
            case "switch":
                var number = (uint)Pop();
                if (number < instruction.Targets.Count)
                {
                    _next = indices[instruction.Targets[(int)number]];
                }

                break;
            case "conv.u1":
                _stack.Push((int)(byte)Pop());
                break;
            case "conv.u2":
                _stack.Push((int)(ushort)Pop());
                break;
            case "conv.i8" or "conv.u8":
                break;
            case "not":
                _stack.Push(~Pop());
                break;
            case "neg":
                _stack.Push(-Pop());
                break;
            case "ldlen":
                _stack.Push(((Array)_stack.Pop()!).Length);
                break;
            case "newarr":
                _stack.Push(NewArray(instruction.Entity, Pop()));
                break;
            case "newobj":
                NewObject((MethodDefinitionHandle)instruction.Entity);
                break;
            case "call" or "callvirt":
                Call(instruction.Entity);
                break;
            case "ldtoken":
                _stack.Push((FieldDefinitionHandle)instruction.Entity);
                break;
            default:
                if (!MovesValue(name, instruction) && !Branches(name, instruction) && !Calculates(name))
                {
                    throw new NotSupportedException($"{name} in {method.Name}");
                }

                break;
        }
    }

    private void Call(EntityHandle callee)
    {
        var result = machine.Call(callee, _stack);
        if (result is not null || Returns(callee))
        {
            _stack.Push(result);
        }
    }

    private bool Returns(EntityHandle callee) => callee.Kind == HandleKind.MethodDefinition
        && image.Metadata.GetMethodDefinition((MethodDefinitionHandle)callee)
            .DecodeSignature(new TypeShapeProvider(image), null).ReturnType.Text != nameof(PrimitiveTypeCode.Void);

    private void NewObject(MethodDefinitionHandle constructor)
    {
        var count = image.Metadata.GetMethodDefinition(constructor).DecodeSignature(new TypeShapeProvider(image), null).ParameterTypes.Length;
        var given = IlMachine.Pop(_stack, count);
        var made = new Dictionary<FieldDefinitionHandle, object?>();
        _stack.Push(made);
        foreach (var argument in given)
        {
            _stack.Push(argument);
        }

        machine.Call(constructor, _stack);
        _stack.Push(made);
    }

    private Array NewArray(EntityHandle element, int length) => new TypeShapeProvider(image).Of(element).Text switch
    {
        "Byte" or "System.Byte" => new byte[length],
        "UInt16" or "System.UInt16" => new ushort[length],
        "Int32" or "System.Int32" => new int[length],
        var other => throw new NotSupportedException("an array of " + other),
    };

    private bool MovesValue(string name, Instruction instruction)
    {
        if (name.StartsWith("ldc.i4", StringComparison.Ordinal))
        {
            _stack.Push(name switch
            {
                "ldc.i4" => instruction.Operand,
                "ldc.i4.s" => (sbyte)instruction.Operand,
                "ldc.i4.m1" => -1,
                _ => Suffix(name),
            });
        }
        else if (name.StartsWith("ldloc", StringComparison.Ordinal) && !name.StartsWith("ldloca", StringComparison.Ordinal))
        {
            _stack.Push(_locals[Slot(name, instruction)]);
        }
        else if (name.StartsWith("stloc", StringComparison.Ordinal))
        {
            _locals[Slot(name, instruction)] = _stack.Pop();
        }
        else if (name.StartsWith("ldarg", StringComparison.Ordinal) && !name.StartsWith("ldarga", StringComparison.Ordinal))
        {
            _stack.Push(arguments[Slot(name, instruction)]);
        }
        else if (name.StartsWith("starg", StringComparison.Ordinal))
        {
            arguments[Slot(name, instruction)] = _stack.Pop();
        }
        else if (name.StartsWith("ldelem.", StringComparison.Ordinal))
        {
            var index = Pop();
            _stack.Push(Convert.ToInt32(((Array)_stack.Pop()!).GetValue(index), CultureInfo.InvariantCulture));
        }
        else if (name.StartsWith("stelem.", StringComparison.Ordinal))
        {
            var value = Pop();
            var index = Pop();
            StoreElement((Array)_stack.Pop()!, index, value);
        }
        else
        {
            return MovesField(name, instruction);
        }

        return true;
    }

    private bool MovesField(string name, Instruction instruction)
    {
        switch (name)
        {
            case "ldsfld":
                _stack.Push(machine.Load((FieldDefinitionHandle)instruction.Entity));
                return true;
            case "stsfld":
                machine.Store((FieldDefinitionHandle)instruction.Entity, _stack.Pop());
                return true;
            case "ldfld":
                var from = (Dictionary<FieldDefinitionHandle, object?>)_stack.Pop()!;
                var field = (FieldDefinitionHandle)instruction.Entity;
                _stack.Push(from.TryGetValue(field, out var found) ? found : machine.DefaultOf(field));
                return true;
            case "stfld":
                var value = _stack.Pop();
                ((Dictionary<FieldDefinitionHandle, object?>)_stack.Pop()!)[(FieldDefinitionHandle)instruction.Entity] = value;
                return true;
            default:
                return false;
        }
    }

    private bool Branches(string name, Instruction instruction)
    {
        if (instruction.Targets.Count != 1)
        {
            return false;
        }

        var kind = name.EndsWith(".s", StringComparison.Ordinal) ? name[..^2] : name;
        bool taken;
        if (kind is "br")
        {
            taken = true;
        }
        else if (kind is "brtrue" or "brfalse")
        {
            taken = _stack.Pop() is not (null or 0) == kind is "brtrue";
        }
        else
        {
            var right = Pop();
            var left = Pop();
            taken = Holds(kind, left, right);
        }

        if (taken)
        {
            _next = indices[instruction.Targets[0]];
        }

        return true;
    }

    private static bool Holds(string kind, int left, int right) => kind switch
    {
        "beq" => left == right,
        "bne.un" => left != right,
        "blt" => left < right,
        "ble" => left <= right,
        "bgt" => left > right,
        "bge" => left >= right,
        "blt.un" => (uint)left < (uint)right,
        "ble.un" => (uint)left <= (uint)right,
        "bgt.un" => (uint)left > (uint)right,
        "bge.un" => (uint)left >= (uint)right,
        _ => throw new NotSupportedException(kind),
    };

    private bool Calculates(string name)
    {
        Func<int, int, int>? calculation = name switch
        {
            "add" => (a, b) => a + b,
            "sub" => (a, b) => a - b,
            "mul" => (a, b) => a * b,
            "div" => (a, b) => a / b,
            "rem" => (a, b) => a % b,
            "and" => (a, b) => a & b,
            "or" => (a, b) => a | b,
            "xor" => (a, b) => a ^ b,
            "shl" => (a, b) => a << b,
            "shr" => (a, b) => a >> b,
            "shr.un" => (a, b) => a >>> b,
            "ceq" => (a, b) => a == b ? 1 : 0,
            "cgt" => (a, b) => a > b ? 1 : 0,
            "clt" => (a, b) => a < b ? 1 : 0,
            "cgt.un" => (a, b) => (uint)a > (uint)b ? 1 : 0,
            "clt.un" => (a, b) => (uint)a < (uint)b ? 1 : 0,
            _ => null,
        };
        if (calculation is null)
        {
            return false;
        }

        var right = Pop();
        var left = Pop();
        _stack.Push(calculation(left, right));
        return true;
    }

    private int Pop() => Convert.ToInt32(_stack.Pop(), CultureInfo.InvariantCulture);

    private static int Slot(string name, Instruction instruction) => char.IsAsciiDigit(name[^1]) ? Suffix(name) : instruction.Operand;

    private static int Suffix(string name) => name[^1] - '0';

    private static void StoreElement(Array array, int index, int value)
    {
        switch (array)
        {
            case byte[] bytes:
                bytes[index] = (byte)value;
                break;
            case ushort[] shorts:
                shorts[index] = (ushort)value;
                break;
            default:
                ((int[])array)[index] = value;
                break;
        }
    }
}
