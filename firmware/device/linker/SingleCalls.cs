using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Moves a method that is called in one place to that place: its record, its signature and the call go, and with them a stack
/// frame. Methods that have been parted so that people can read them cost the device nothing.
/// </summary>
/// <remarks>
/// Left alone: what handles exceptions or takes structs by value; what branches, where more is on the stack than its arguments, for the
/// metadata processor counts stack places from straight code only; and callers that would grow past what short branches span well.
/// In a loop a method's references would outlive its turn, so there it moves only when it has none.
/// </remarks>
internal sealed class SingleCalls
{
    /// <summary>Beyond this a method grows by its longer branches and its locals' higher numbers more than its record costs.</summary>
    private const int LargestCallee = 650;
    private const int LargestCaller = 2600;
    private const int MostLocals = 60;

    private readonly ModuleDefinition _module;
    private readonly Dictionary<MethodDefinition, int> _uses = new();
    private readonly Dictionary<MethodDefinition, List<VariableDefinition>> _free = new();
    private ILookup<FieldDefinition, (MethodDefinition Method, Instruction Instruction)>? _writes;

    private SingleCalls(ModuleDefinition module)
    {
        _module = module;
    }

    /// <summary>Returns how many methods moved. Of the module only what is reached may be left.</summary>
    public static int Run(ModuleDefinition module, Api api)
    {
        return new SingleCalls(module).Run(api);
    }

    private int Run(Api api)
    {
        foreach (var instruction in Members.Instructions(_module))
        {
            if (Members.In(_module, instruction.Operand as MethodReference) is { } used)
            {
                _uses[used] = _uses.GetValueOrDefault(used) + 1;
            }
        }

        // From the leaves up: what has moved into a method moves on with it.
        int moved = 0;
        var done = new HashSet<MethodDefinition>();
        foreach (var method in Members.Methods(_module).Where(method => method.HasBody).ToList())
        {
            moved += Visit(method, api, done);
        }

        return moved;
    }

    private int Visit(MethodDefinition caller, Api api, HashSet<MethodDefinition> done)
    {
        if (!done.Add(caller))
        {
            return 0;
        }

        int moved = 0;
        foreach (var callee in Callees(caller))
        {
            moved += Visit(callee, api, done);
        }

        while (NextCall(caller, api) is { } call)
        {
            Move(caller, call);
            moved++;
        }

        return moved;
    }

    private List<MethodDefinition> Callees(MethodDefinition caller)
    {
        return caller.Body.Instructions.Select(one => Members.In(_module, one.Operand as MethodReference)).Where(one => one is { HasBody: true }).Select(one => one!).ToList();
    }

    private Instruction? NextCall(MethodDefinition caller, Api api)
    {
        Dictionary<Instruction, int>? depths = null;
        int size = caller.Body.Instructions.Sum(NanoSize.Of);
        foreach (var call in caller.Body.Instructions)
        {
            if (call.OpCode.Code is not (Code.Call or Code.Callvirt) || Members.In(_module, (MethodReference)call.Operand) is not { } callee
                || callee == caller || _uses.GetValueOrDefault(callee) != 1 || api.Has(callee) || !CanMove(callee))
            {
                continue;
            }

            depths ??= StackDepths.Of(caller.Body);
            int added = callee.Body.Instructions.Sum(NanoSize.Of);
            bool fits = added <= LargestCallee && size + added <= LargestCaller && caller.Body.Variables.Count + callee.Body.Variables.Count <= MostLocals;
            if (fits && depths.TryGetValue(call, out int depth) && (depth == Members.Arguments(callee) || IsStraight(callee)) && IsOnSomeObject(caller, callee, call, depths)
                && !(IsInLoop(caller, call) && HoldsReferences(callee)))
            {
                return call;
            }
        }

        return null;
    }

    private static bool CanMove(MethodDefinition method)
    {
        return method.HasBody && !method.IsVirtual && !Members.IsConstructor(method) && !method.IsSynchronized && !method.Body.HasExceptionHandlers
            && !method.DeclaringType.IsValueType
            && method.Parameters.All(parameter => IsSimple(parameter.ParameterType))
            && method.Body.Variables.All(variable => IsSimple(variable.VariableType))
            && !method.Body.Instructions.Any(one => one.Operand == method)
            && method.Body.Instructions[^1].OpCode.Code is Code.Ret or Code.Throw or Code.Br or Code.Br_S;
    }

    /// <summary>Neither a struct, which two variables must not share, nor a reference to a variable.</summary>
    private static bool IsSimple(TypeReference type)
    {
        return !type.IsByReference && !type.IsPointer && (type.IsPrimitive || !type.IsValueType || type.Resolve() is { IsEnum: true });
    }

    private static bool IsStraight(MethodDefinition method)
    {
        return method.Body.Instructions.All(one => one.OpCode.FlowControl is FlowControl.Next or FlowControl.Call or FlowControl.Meta || one == method.Body.Instructions[^1]);
    }

    /// <summary>Whether the method is called on an object that is there, or finds at once when it is not: one that could be null must be found to be at the call.</summary>
    private bool IsOnSomeObject(MethodDefinition caller, MethodDefinition callee, Instruction call, Dictionary<Instruction, int> depths)
    {
        if (!callee.HasThis || LooksAtOnce(callee))
        {
            return true;
        }

        // The object lies below the other arguments.
        var push = StackDepths.Lowest(depths, call, Members.Arguments(callee));
        if (push is not { OpCode.Code: Code.Ldarg_0 } || !caller.HasThis)
        {
            return false;
        }

        int below = depths[call] - Members.Arguments(callee);
        FieldDefinition? field = null;
        for (var one = push.Next; one != call; one = one.Next)
        {
            if (!depths.TryGetValue(one, out int depth) || depth - StackDepths.Taken(one) > below)
            {
                continue;
            }

            if (field is not null || one.OpCode.Code != Code.Ldfld || one.Operand is not FieldDefinition read || !IsAlwaysSet(read))
            {
                return false;
            }

            field = read;
        }

        return true;
    }

    /// <summary>Whether a method reads or writes a field of its object before it does anything that could be noticed.</summary>
    private static bool LooksAtOnce(MethodDefinition method)
    {
        var one = method.Body.Instructions[0];
        for (; IsPush(one); one = one.Next)
        {
            if (one.OpCode.Code == Code.Ldarg_0 && (one.Next.OpCode.Code == Code.Ldfld || (IsPush(one.Next) && one.Next.Next.OpCode.Code == Code.Stfld)))
            {
                return true;
            }
        }

        return false;

        static bool IsPush(Instruction one)
        {
            return one.OpCode.StackBehaviourPop == StackBehaviour.Pop0 && one.OpCode.FlowControl == FlowControl.Next && one.OpCode.Code is not (Code.Ldsfld or Code.Ldsflda);
        }
    }

    /// <summary>Whether a field gets its object when its owner is made and keeps it: only constructors write it, and none writes null. Should a caller have given one of them null, the fault shows where the object is used instead of at the call.</summary>
    private bool IsAlwaysSet(FieldDefinition field)
    {
        _writes ??= Members.Methods(_module).Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions.Where(one => one.OpCode.Code is Code.Stfld or Code.Ldflda).Select(one => (method, one)))
            .ToLookup(write => Members.In(_module, write.one.Operand as FieldReference)!, write => (write.method, write.one));
        return _module == field.Module && !field.IsPublic && _writes[field].Any()
            && _writes[field].All(write => write.Method.Name == ".ctor" && write.Method.DeclaringType == field.DeclaringType && write.Instruction is { OpCode.Code: Code.Stfld, Previous.OpCode.Code: not Code.Ldnull });
    }

    private static bool HoldsReferences(MethodDefinition method)
    {
        return method.Body.Variables.Any(variable => !variable.VariableType.IsValueType);
    }

    private static bool IsInLoop(MethodDefinition method, Instruction call)
    {
        var instructions = method.Body.Instructions;
        int at = instructions.IndexOf(call);
        for (int i = at; i < instructions.Count; i++)
        {
            bool isBack = instructions[i].Operand switch
            {
                Instruction target => instructions.IndexOf(target) <= at,
                Instruction[] targets => targets.Any(target => instructions.IndexOf(target) <= at),
                _ => false,
            };
            if (isBack)
            {
                return true;
            }
        }

        return false;
    }

    private void Move(MethodDefinition caller, Instruction call)
    {
        var callee = (MethodDefinition)call.Operand;
        caller.Body.SimplifyMacros();
        callee.Body.SimplifyMacros();
        var slots = new Slots(caller.Body, _free.TryGetValue(caller, out var free) ? free : _free[caller] = new());
        var code = caller.Body.Instructions;
        var targets = Branches.Targets(caller.Body);
        int at = code.IndexOf(call);

        // What only pushes a constant, an argument or a local directly before the call stands in for the parameter itself.
        var given = new Instruction?[Members.Arguments(callee)];
        int first = at;
        for (int i = given.Length - 1; i >= 0 && first > 0 && !targets.Contains(code[first]) && IsPlainPush(code[first - 1], caller) && !IsWritten(callee, i); i--)
        {
            given[i] = code[--first];
            slots.Keep(given[i]!.Operand);
        }

        // The first of the replaced instructions stays in place of what may be branched to.
        var rest = new List<Instruction>();
        var held = new VariableDefinition?[given.Length];
        for (int i = given.Length - 1; i >= 0; i--)
        {
            if (given[i] is null)
            {
                held[i] = slots.Take(i == 0 && callee.HasThis ? callee.DeclaringType : callee.Parameters[i - (callee.HasThis ? 1 : 0)].ParameterType);
                rest.Add(Instruction.Create(OpCodes.Stloc, held[i]));
            }
        }

        rest.AddRange(Copy(caller, callee, given, held, slots));
        slots.GiveBack();
        Splice(caller.Body, first, at - first + 1, rest);
        caller.Body.OptimizeMacros();
        _uses.Remove(callee);
        callee.DeclaringType.Methods.Remove(callee);
    }

    private static List<Instruction> Copy(MethodDefinition caller, MethodDefinition callee, Instruction?[] given, VariableDefinition?[] held, Slots slots)
    {
        var locals = callee.Body.Variables.ToDictionary(variable => variable, variable => slots.Take(variable.VariableType));
        var end = Instruction.Create(OpCodes.Nop);
        var old = callee.Body.Instructions;
        bool returnsOften = old.Count(one => one.OpCode.Code == Code.Ret) > 1 || old[^1].OpCode.Code != Code.Ret;
        var result = returnsOften && callee.ReturnType.MetadataType != MetadataType.Void ? slots.Take(callee.ReturnType) : null;
        var starts = new Dictionary<Instruction, Instruction>();
        var copies = new List<Instruction>();
        foreach (var one in old)
        {
            int before = copies.Count;
            if (one.OpCode.Code == Code.Ret)
            {
                if (result is not null)
                {
                    copies.Add(Instruction.Create(OpCodes.Stloc, result));
                }

                if (one != old[^1])
                {
                    copies.Add(Instruction.Create(OpCodes.Br, end));
                }

                starts[one] = copies.Count > before ? copies[before] : end;
                continue;
            }

            var copy = Splices.Copy(one);
            switch (one.Operand)
            {
                case ParameterDefinition parameter:
                    int index = parameter == callee.Body.ThisParameter ? 0 : parameter.Index + (callee.HasThis ? 1 : 0);
                    if (given[index] is { } push)
                    {
                        copy.OpCode = push.OpCode;
                        copy.Operand = push.Operand;
                    }
                    else
                    {
                        copy.OpCode = one.OpCode.Code switch
                        {
                            Code.Ldarg => OpCodes.Ldloc,
                            Code.Starg => OpCodes.Stloc,
                            _ => OpCodes.Ldloca,
                        };
                        copy.Operand = held[index];
                    }

                    break;
                case VariableDefinition variable:
                    copy.Operand = locals[variable];
                    break;
            }

            copies.Add(copy);
            starts[one] = copy;
        }

        foreach (var copy in copies)
        {
            copy.Operand = copy.Operand switch
            {
                Instruction target when target != end => starts[target],
                Instruction[] targets => targets.Select(target => starts[target]).ToArray(),
                var other => other,
            };
        }

        copies.Add(end);
        if (result is not null)
        {
            copies.Add(Instruction.Create(OpCodes.Ldloc, result));
        }

        return copies;
    }

    /// <summary>Puts a method's code in the place of its call, without the branches and the mark that then lead nowhere else.</summary>
    private static void Splice(MethodBody body, int first, int count, List<Instruction> rest)
    {
        var behind = body.Instructions[first + count - 1].Next;

        // The mark at the end is only where returns go: the next instruction takes its place, where there is one.
        int mark = rest.FindIndex(one => one.OpCode.Code == Code.Nop);
        if (mark >= 0 && (mark + 1 < rest.Count || behind is not null))
        {
            var next = mark + 1 < rest.Count ? rest[mark + 1] : behind!;
            Branches.Retarget(rest, rest[mark], next);
            rest.RemoveAt(mark);
        }

        // A branch to what comes next is none.
        if (rest.Count > 0 && rest[^1].OpCode.Code == Code.Br && rest[^1].Operand == behind)
        {
            var last = rest[^1];
            Branches.Retarget(rest, last, behind!);
            rest.RemoveAt(rest.Count - 1);
        }

        Splices.Replace(body, first, count, rest.ToArray());
    }

    private static bool IsPlainPush(Instruction instruction, MethodDefinition caller)
    {
        return instruction.OpCode.Code switch
        {
            Code.Ldarg => !IsTouched(caller, instruction.Operand, Code.Ldarga),
            Code.Ldloc => !IsTouched(caller, instruction.Operand, Code.Ldloca),
            Code.Ldc_I4 or Code.Ldnull or Code.Ldstr => true,
            _ => false,
        };
    }

    private static bool IsTouched(MethodDefinition method, object operand, Code code)
    {
        return method.Body.Instructions.Any(one => one.OpCode.Code == code && one.Operand == operand);
    }

    private static bool IsWritten(MethodDefinition callee, int argument)
    {
        var parameter = callee.HasThis ? (argument == 0 ? callee.Body.ThisParameter : callee.Parameters[argument - 1]) : callee.Parameters[argument];
        return IsTouched(callee, parameter, Code.Starg) || IsTouched(callee, parameter, Code.Ldarga);
    }

    /// <summary>Locals of a caller for what moves into it; what has moved in before needs its own no longer.</summary>
    private sealed class Slots
    {
        private readonly MethodBody _body;
        private readonly List<VariableDefinition> _free;
        private readonly List<VariableDefinition> _taken = new();

        public Slots(MethodBody body, List<VariableDefinition> free)
        {
            _body = body;
            _free = free;
        }

        public VariableDefinition Take(TypeReference type)
        {
            var slot = _free.FirstOrDefault(one => one.VariableType.FullName == type.FullName);
            if (slot is null)
            {
                slot = new VariableDefinition(type);
                _body.Variables.Add(slot);
            }
            else
            {
                _free.Remove(slot);
            }

            _taken.Add(slot);
            return slot;
        }

        /// <summary>What is read in a parameter's place must last, though the method that put it there has moved in before and needs it no longer.</summary>
        public void Keep(object? operand)
        {
            if (operand is VariableDefinition slot && _free.Remove(slot))
            {
                _taken.Add(slot);
            }
        }

        public void GiveBack()
        {
            _free.AddRange(_taken);
        }
    }
}
