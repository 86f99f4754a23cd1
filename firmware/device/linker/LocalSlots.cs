using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// Lets locals of one type share a place when no two of them are needed at once, and gives the places named most the first four
/// numbers, which an instruction of one byte can name. Methods that were moved to their only call bring many locals, each
/// needed for a few instructions, and a frame keeps 12 bytes for each of them as long as anything below it runs.
/// </summary>
internal static class LocalSlots
{
    public static void Run(ModuleDefinition module)
    {
        foreach (var method in Members.Methods(module).Where(method => method.HasBody && method.Body.HasVariables))
        {
            method.Body.SimplifyMacros();
            Share(method.Body);
            Order(method.Body);
            method.Body.OptimizeMacros();
        }
    }

    private static void Order(MethodBody body)
    {
        var uses = Uses(body);
        var ordered = body.Variables.Where(uses.ContainsKey).OrderByDescending(variable => uses[variable]).ToList();
        body.Variables.Clear();
        foreach (var variable in ordered)
        {
            body.Variables.Add(variable);
        }
    }

    private static Dictionary<VariableDefinition, int> Uses(MethodBody body)
    {
        return body.Instructions.Select(one => one.Operand).OfType<VariableDefinition>().GroupBy(variable => variable).ToDictionary(group => group.Key, group => group.Count());
    }

    private static void Share(MethodBody body)
    {
        // One whose address is taken can change where nothing names it.
        var fixedOnes = body.Instructions.Where(one => one.OpCode.Code == Code.Ldloca).Select(one => (VariableDefinition)one.Operand).ToHashSet();
        var conflicts = Conflicts(body);
        var uses = Uses(body);
        var places = new List<(VariableDefinition Place, List<VariableDefinition> Locals)>();
        var placeOf = new Dictionary<VariableDefinition, VariableDefinition>();
        foreach (var local in body.Variables.Where(uses.ContainsKey).OrderByDescending(local => uses[local]))
        {
            bool isFixed = fixedOnes.Contains(local) || local.IsPinned;
            var (place, locals) = isFixed ? default : places.FirstOrDefault(one => one.Place.VariableType.FullName == local.VariableType.FullName && !one.Locals.Any(conflicts[local].Contains));
            if (place is null)
            {
                place = local;
                locals = new List<VariableDefinition>();
                if (!isFixed)
                {
                    places.Add((place, locals));
                }
            }

            locals!.Add(local);
            placeOf[local] = place;
        }

        foreach (var one in body.Instructions.Where(one => one.Operand is VariableDefinition))
        {
            one.Operand = placeOf[(VariableDefinition)one.Operand];
        }
    }

    /// <summary>Two locals conflict when one is written while the other's value will still be read.</summary>
    private static Dictionary<VariableDefinition, HashSet<VariableDefinition>> Conflicts(MethodBody body)
    {
        var conflicts = body.Variables.ToDictionary(local => local, _ => new HashSet<VariableDefinition>());
        var after = NeededAfter(body);
        foreach (var one in body.Instructions.Where(one => one.OpCode.Code == Code.Stloc))
        {
            var written = (VariableDefinition)one.Operand;
            foreach (var needed in after[one].Where(needed => needed != written))
            {
                conflicts[written].Add(needed);
                conflicts[needed].Add(written);
            }
        }

        // What is read before it is written is zero from the start, as all others like it.
        var first = new HashSet<VariableDefinition>(after[body.Instructions[0]]);
        Step(body.Instructions[0], first);
        foreach (var local in first)
        {
            conflicts[local].UnionWith(first.Where(other => other != local));
        }

        return conflicts;
    }

    /// <summary>The locals whose values may still be read after each instruction.</summary>
    private static Dictionary<Instruction, HashSet<VariableDefinition>> NeededAfter(MethodBody body)
    {
        var followers = body.Instructions.ToDictionary(one => one, one => Followers(body, one));
        var before = body.Instructions.ToDictionary(one => one, _ => new HashSet<VariableDefinition>());
        var after = body.Instructions.ToDictionary(one => one, _ => new HashSet<VariableDefinition>());
        bool isMore;
        do
        {
            isMore = false;
            foreach (var one in body.Instructions.Reverse())
            {
                foreach (var follower in followers[one])
                {
                    after[one].UnionWith(before[follower]);
                }

                var needed = new HashSet<VariableDefinition>(after[one]);
                Step(one, needed);
                if (needed.Count != before[one].Count)
                {
                    // Sets only grow from round to round.
                    before[one] = needed;
                    isMore = true;
                }
            }
        }
        while (isMore);
        return after;
    }

    private static void Step(Instruction one, HashSet<VariableDefinition> needed)
    {
        if (one.OpCode.Code == Code.Stloc)
        {
            needed.Remove((VariableDefinition)one.Operand);
        }
        else if (one.Operand is VariableDefinition local)
        {
            needed.Add(local);
        }
    }

    private static List<Instruction> Followers(MethodBody body, Instruction one)
    {
        var followers = new List<Instruction>();
        if (Branches.GoesOn(one) && one.Next is not null)
        {
            followers.Add(one.Next);
        }

        if (one.Operand is Instruction target)
        {
            followers.Add(target);
        }
        else if (one.Operand is Instruction[] targets)
        {
            followers.AddRange(targets);
        }

        // Anything inside may end in the handler.
        foreach (var handler in body.ExceptionHandlers)
        {
            for (var inside = handler.TryStart; inside is not null && inside != handler.TryEnd; inside = inside.Next)
            {
                if (inside == one)
                {
                    followers.Add(handler.HandlerStart);
                    if (handler.FilterStart is not null)
                    {
                        followers.Add(handler.FilterStart);
                    }

                    break;
                }
            }
        }

        // The end of a finally block goes on wherever a leave was going: to the first instruction behind any of the handlers' blocks.
        if (one.OpCode.Code == Code.Endfinally)
        {
            followers.AddRange(body.Instructions.Where(other => other.OpCode.Code == Code.Leave).Select(other => (Instruction)other.Operand));
        }

        return followers;
    }
}
