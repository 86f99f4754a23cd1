using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The rules that may begin with one another: Tarjan's strongly connected components of the references that come first, found
/// without recursion, for grammars may have many thousand rules in a row.
/// </summary>
internal sealed class LeftCycles
{
    private readonly Dictionary<Rule, HashSet<Rule>> _components = new();

    /// <param name="rules">All rules.</param>
    /// <param name="corners">The rules a rule may begin with.</param>
    internal LeftCycles(IEnumerable<Rule> rules, Func<Rule, IEnumerable<Rule>> corners)
    {
        var numbers = new Dictionary<Rule, int>();
        var lowest = new Dictionary<Rule, int>();
        var path = new Stack<Rule>();
        var onPath = new HashSet<Rule>();
        var open = new Stack<(Rule Rule, IEnumerator<Rule> Corners)>();
        foreach (Rule root in rules)
        {
            if (!numbers.ContainsKey(root))
            {
                Enter(root);
            }

            while (open.Count > 0)
            {
                (Rule rule, IEnumerator<Rule> rest) = open.Peek();
                if (!rest.MoveNext())
                {
                    open.Pop();
                    Leave(rule);
                    if (open.Count > 0)
                    {
                        Rule caller = open.Peek().Rule;
                        lowest[caller] = Math.Min(lowest[caller], lowest[rule]);
                    }
                }
                else if (!numbers.ContainsKey(rest.Current))
                {
                    Enter(rest.Current);
                }
                else if (onPath.Contains(rest.Current))
                {
                    lowest[rule] = Math.Min(lowest[rule], numbers[rest.Current]);
                }
            }
        }

        void Enter(Rule rule)
        {
            numbers[rule] = lowest[rule] = numbers.Count;
            path.Push(rule);
            onPath.Add(rule);
            open.Push((rule, corners(rule).GetEnumerator()));
        }

        void Leave(Rule rule)
        {
            if (lowest[rule] != numbers[rule])
            {
                return;
            }

            var component = new HashSet<Rule>();
            Rule member;
            do
            {
                member = path.Pop();
                onPath.Remove(member);
                component.Add(member);
            }
            while (member != rule);
            bool isCycle = component.Count > 1;
            foreach (Rule corner in corners(rule))
            {
                isCycle |= corner == rule;
            }

            foreach (Rule other in component)
            {
                if (isCycle)
                {
                    _components.Add(other, component);
                }
            }
        }
    }

    /// <summary>The rules that a rule may begin with and that may begin with it, itself included; null where there are none.</summary>
    internal HashSet<Rule>? ComponentOf(Rule rule) => _components.TryGetValue(rule, out HashSet<Rule>? component) ? component : null;
}
