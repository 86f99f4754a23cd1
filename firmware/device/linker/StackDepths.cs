using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>How many values lie on the evaluation stack before each instruction that can be reached.</summary>
internal static class StackDepths
{
    public static Dictionary<Instruction, int> Of(MethodBody body)
    {
        var depths = new Dictionary<Instruction, int>();
        var open = new Stack<Instruction>();
        Reach(body.Instructions[0], 0);
        foreach (var handler in body.ExceptionHandlers)
        {
            Reach(handler.HandlerStart, handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter ? 1 : 0);
            Reach(handler.FilterStart, 1);
        }

        while (open.TryPop(out var instruction))
        {
            int after = depths[instruction] + Change(instruction, depths[instruction], body.Method);
            switch (instruction.Operand)
            {
                case Instruction target:
                    Reach(target, after);
                    break;
                case Instruction[] targets:
                    foreach (var target in targets)
                    {
                        Reach(target, after);
                    }

                    break;
            }

            if (Branches.GoesOn(instruction))
            {
                Reach(instruction.Next, after);
            }
        }

        return depths;

        void Reach(Instruction? instruction, int depth)
        {
            if (instruction is not null && depths.TryAdd(instruction, depth))
            {
                open.Push(instruction);
            }
        }
    }

    /// <summary>The instruction that put on the stack what lies lowest of the values another takes; null where it is not to be seen.</summary>
    /// <param name="depths">Of the body.</param>
    /// <param name="taker">The other one, which can be reached.</param>
    /// <param name="values">How many values it takes.</param>
    public static Instruction? Lowest(Dictionary<Instruction, int> depths, Instruction taker, int values)
    {
        int below = depths[taker] - values;
        var push = taker.Previous;
        while (push is not null && depths.GetValueOrDefault(push, below + 1) > below)
        {
            push = push.Previous;
        }

        return push;
    }

    /// <summary>How many values an instruction takes from the stack.</summary>
    public static int Taken(Instruction instruction)
    {
        return instruction.OpCode.FlowControl == FlowControl.Call
            ? Members.Arguments((MethodReference)instruction.Operand) - (instruction.OpCode.Code == Code.Newobj ? 1 : 0)
            : Popped(instruction.OpCode.StackBehaviourPop);
    }

    /// <summary>By how many values an instruction changes the stack; what leaves a block or the method empties it.</summary>
    public static int Change(Instruction instruction, int depth, MethodDefinition method)
    {
        if (instruction.OpCode.FlowControl == FlowControl.Call)
        {
            var called = (MethodReference)instruction.Operand;
            bool makes = instruction.OpCode.Code == Code.Newobj;
            return (makes || called.ReturnType.MetadataType != MetadataType.Void ? 1 : 0) - Taken(instruction);
        }

        return instruction.OpCode.Code switch
        {
            Code.Ret => method.ReturnType.MetadataType == MetadataType.Void ? 0 : -1,
            Code.Leave or Code.Leave_S => -depth,
            _ => Pushed(instruction.OpCode.StackBehaviourPush) - Popped(instruction.OpCode.StackBehaviourPop),
        };
    }

    private static int Pushed(StackBehaviour behaviour)
    {
        return behaviour switch
        {
            StackBehaviour.Push0 => 0,
            StackBehaviour.Push1_push1 => 2,
            _ => 1,
        };
    }

    private static int Popped(StackBehaviour behaviour)
    {
        return behaviour switch
        {
            StackBehaviour.Pop0 => 0,
            StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
            _ => behaviour.ToString().Count(letter => letter == '_') + 1,
        };
    }
}
