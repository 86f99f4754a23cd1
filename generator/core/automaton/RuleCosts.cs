using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Which rules the states of an automaton are in: what a grammar's author can do something about.</summary>
public static class RuleCosts
{
    /// <summary>Each rule with the number of states whose innermost rule it is, the costliest first.</summary>
    public static IReadOnlyList<KeyValuePair<string, int>> Of(Automaton automaton) => automaton.States
        .Where(state => state.RuleName.Length > 0)
        .GroupBy(state => state.RuleName)
        .Select(group => new KeyValuePair<string, int>(group.Key, group.Count()))
        .OrderByDescending(cost => cost.Value).ThenBy(cost => cost.Key, System.StringComparer.Ordinal)
        .ToList();

    /// <summary>
    /// Adds an error where the tables of a parser for nanoFramework take more memory than a board can load in one piece, or than
    /// the author allows.
    /// </summary>
    /// <param name="automaton">The parser's automaton.</param>
    /// <param name="target">What it is to run on; parsers for .NET have no tables in memory.</param>
    /// <param name="allowed">How many octets the author allows; 0 for as many as the target takes.</param>
    /// <param name="place">Where the complaint points to.</param>
    /// <param name="diagnostics">Takes the complaint.</param>
    public static void CheckBudget(Automaton automaton, ParserTarget target, int allowed, SourceSpan place, List<Diagnostic> diagnostics)
    {
        int size = target == ParserTarget.NanoFramework ? ParserEmitter.TableSize(automaton) : 0;
        bool isOwn = allowed > 0 && allowed < MostTableOctets;
        if (size <= (isOwn ? allowed : MostTableOctets))
        {
            return;
        }

        string limit = isOwn ? $"and {allowed} are allowed" : $"and nanoFramework loads no more than {MostTableOctets}";
        KeyValuePair<string, int> costliest = Of(automaton).FirstOrDefault();
        diagnostics.Add(new Diagnostic(
            Descriptors.OverBudget, place, automaton.Root.Name, size, limit, costliest.Key ?? automaton.Root.Name, costliest.Value, automaton.States.Count));
    }

    /// <summary>The length of an array's initial value is 16 bits in nanoFramework's metadata.</summary>
    private const int MostTableOctets = 65_535;
}
