using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The rules for which something holds that follows from its holding for rules they speak of. A rule is looked at again only when
/// one that it speaks of is new: a chain of many thousand rules takes no longer than as many apart.
/// </summary>
internal static class RuleFixpoint
{
    /// <summary>Finds them.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="known">Takes them.</param>
    /// <param name="holds">Whether it holds for a rule, from what is known so far.</param>
    internal static void Run(Grammar grammar, HashSet<Rule> known, Func<Rule, bool> holds)
    {
        var users = new Dictionary<Rule, List<Rule>>();
        foreach (Rule rule in grammar.AllRules)
        {
            foreach (Rule used in rule.Alternatives.SelectMany(Nesting.NamesIn).Select(grammar.Find).OfType<Rule>().Distinct())
            {
                if (!users.TryGetValue(used, out List<Rule>? list))
                {
                    users.Add(used, list = new List<Rule>());
                }

                list.Add(rule);
            }
        }

        var open = new Queue<Rule>(grammar.AllRules);
        while (open.Count > 0)
        {
            Rule rule = open.Dequeue();
            if (!known.Contains(rule) && holds(rule))
            {
                known.Add(rule);
                if (users.TryGetValue(rule, out List<Rule>? list))
                {
                    list.ForEach(open.Enqueue);
                }
            }
        }
    }
}
