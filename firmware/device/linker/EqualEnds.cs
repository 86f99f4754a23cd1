using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Where two pieces of a method end alike, the second goes on in the first. For programs alone: the steps before look at what
/// stands in front of a call, and a library's code goes through them once more, with the program that uses it.
/// </summary>
internal sealed class EqualEnds
{
    /// <summary>What a branch takes; most lead further than a short one reaches.</summary>
    private const int Branch = 3;

    private readonly MethodBody _body;
    private readonly IList<Instruction> _code;
    private readonly Dictionary<Instruction, int> _depths;
    private readonly HashSet<Instruction> _targets;
    private readonly HashSet<Instruction> _bounds;
    private readonly int[] _regions;

    private EqualEnds(MethodBody body)
    {
        _body = body;
        _code = body.Instructions;
        _depths = StackDepths.Of(body);
        _targets = Branches.Targets(body);
        _bounds = Branches.Bounds(body);
        _regions = Regions();
    }

    /// <summary>Returns how many pieces went.</summary>
    public static int Run(ModuleDefinition module)
    {
        int merged = 0;
        foreach (var body in Members.Methods(module).Where(method => method.HasBody).Select(method => method.Body))
        {
            body.SimplifyMacros();
            while (new EqualEnds(body).MergeBest())
            {
                merged++;
            }

            body.OptimizeMacros();
        }

        return merged;
    }

    /// <summary>A place behind which code goes on elsewhere, or not at all.</summary>
    /// <param name="Behind">The index behind the last instruction that is compared.</param>
    /// <param name="Length">How many instructions go with what is compared: one for a branch, which the other end need not have.</param>
    private readonly record struct End(int Behind, int Length);

    private bool MergeBest()
    {
        (int Saved, int Kept, int Gone, int Count) best = default;
        foreach (var ends in Ends())
        {
            for (int i = 1; i < ends.Count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    int count = Common(ends[j].Behind, ends[i]);
                    int first = ends[i].Behind - count;
                    int saved = Enumerable.Range(first, count + ends[i].Length).Sum(at => NanoSize.Shortest(_code[at])) - (FallsInto(first) ? Branch : 0);
                    if (count > 0 && saved > best.Saved)
                    {
                        best = (saved, ends[j].Behind - count, first, count + ends[i].Length);
                    }
                }
            }
        }

        if (best.Saved == 0)
        {
            return false;
        }

        Merge(best.Kept, best.Gone, best.Count);
        return true;
    }

    /// <summary>Ends that go on at the same place; the one that needs no branch for it is the first.</summary>
    private IEnumerable<List<End>> Ends()
    {
        var branches = new Dictionary<Instruction, List<End>>();
        var others = new Dictionary<Code, List<End>>();
        for (int i = 0; i < _code.Count; i++)
        {
            var one = _code[i];
            if (one.OpCode.Code == Code.Br)
            {
                var target = (Instruction)one.Operand;
                if (!branches.TryGetValue(target, out var ends))
                {
                    branches.Add(target, ends = new List<End>());
                    int at = _code.IndexOf(target);
                    if (FallsInto(at))
                    {
                        ends.Add(new End(at, 0));
                    }
                }

                ends.Add(new End(i, 1));
            }
            else if (!Branches.GoesOn(one))
            {
                if (!others.TryGetValue(one.OpCode.Code, out var ends))
                {
                    others.Add(one.OpCode.Code, ends = new List<End>());
                }

                ends.Add(new End(i + 1, 0));
            }
        }

        return branches.Values.Concat(others.Values);
    }

    /// <summary>Whether the instruction before one goes on to it.</summary>
    private bool FallsInto(int at) => at == 0 || Branches.GoesOn(_code[at - 1]);

    /// <summary>How many instructions in front of two places are the same and may stand once.</summary>
    private int Common(int kept, End gone)
    {
        int possible = 0;
        bool isBound = gone.Length > 0 && _bounds.Contains(_code[gone.Behind]);
        for (int count = 1; !isBound && count <= kept && count <= gone.Behind && IsApart(kept, gone, count); count++)
        {
            int one = kept - count;
            int other = gone.Behind - count;
            if (!IsSame(_code[one], _code[other]) || _regions[one] != _regions[other] || _bounds.Contains(_code[other]))
            {
                break;
            }

            if (MayMeet(one, other))
            {
                possible = count;
            }
        }

        return possible;
    }

    private static bool IsApart(int kept, End gone, int count)
    {
        return kept < gone.Behind ? gone.Behind - count >= kept + gone.Length : kept - count >= gone.Behind + gone.Length;
    }

    /// <summary>Whether what lies on the stack before two instructions is of the same kind: nothing, or what the same kinds of instructions have just put there.</summary>
    private bool MayMeet(int one, int other)
    {
        if (!_depths.TryGetValue(_code[one], out int depth) || !_depths.TryGetValue(_code[other], out int otherDepth) || depth != otherDepth
            || (one > 0 && _code[one - 1].OpCode.OpCodeType == OpCodeType.Prefix))
        {
            return false;
        }

        for (; depth > 0; depth--)
        {
            one--;
            other--;
            if (one < 0 || other < 0 || !IsSameKind(_code[one], _code[other]) || _targets.Contains(_code[one + 1]) || _targets.Contains(_code[other + 1]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether two instructions put the same kind of value on the stack, and take none from it.</summary>
    private static bool IsSameKind(Instruction one, Instruction other)
    {
        return one.OpCode.StackBehaviourPop == StackBehaviour.Pop0 && one.OpCode.StackBehaviourPush is not (StackBehaviour.Push0 or StackBehaviour.Varpush)
            && (IsSame(one, other) || (one.OpCode == other.OpCode && one.OpCode.Code is Code.Ldstr or Code.Ldc_I4));
    }

    private static bool IsSame(Instruction one, Instruction other)
    {
        return one.OpCode == other.OpCode && (one.Operand, other.Operand) switch
        {
            (MemberReference member, MemberReference second) => member.FullName == second.FullName,
            (Instruction[] targets, Instruction[] second) => targets.SequenceEqual(second),
            var (operand, second) => Equals(operand, second),
        };
    }

    /// <summary>For each instruction a number for the innermost block of a handler it is in.</summary>
    private int[] Regions()
    {
        var regions = new int[_code.Count];
        int number = 0;
        foreach (var handler in _body.ExceptionHandlers.Reverse())
        {
            foreach (var (start, end) in new[] { (handler.TryStart, handler.TryEnd), (handler.FilterStart, handler.HandlerStart), (handler.HandlerStart, handler.HandlerEnd) })
            {
                number++;
                for (int i = start is null ? _code.Count : _code.IndexOf(start); i < _code.Count && _code[i] != end; i++)
                {
                    regions[i] = number;
                }
            }
        }

        return regions;
    }

    private void Merge(int kept, int gone, int count)
    {
        var keptOnes = _code.Skip(kept).Take(count).ToList();
        var goneOnes = _code.Skip(gone).Take(count).ToList();
        bool isReached = FallsInto(gone);
        for (int i = 0; i < count; i++)
        {
            _code.RemoveAt(gone);
            Branches.Retarget(_code, goneOnes[i], keptOnes[i]);
        }

        if (isReached)
        {
            _code.Insert(gone, Instruction.Create(OpCodes.Br, keptOnes[0]));
        }
    }
}
