using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace SmtpEmbedded.Device.Linker;

/// <summary>Gives the locals that are named most the first four places, which an instruction of one byte can name.</summary>
internal static class LocalOrder
{
    public static void Run(ModuleDefinition module)
    {
        foreach (var method in Members.Methods(module).Where(method => method.HasBody && method.Body.Variables.Count > 1))
        {
            var body = method.Body;
            body.SimplifyMacros();
            var uses = body.Instructions.Select(one => one.Operand).OfType<VariableDefinition>().GroupBy(variable => variable).ToDictionary(group => group.Key, group => group.Count());
            var ordered = body.Variables.Where(uses.ContainsKey).OrderByDescending(variable => uses[variable]).ToList();
            body.Variables.Clear();
            foreach (var variable in ordered)
            {
                body.Variables.Add(variable);
            }

            body.OptimizeMacros();
        }
    }
}
