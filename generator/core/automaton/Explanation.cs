using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Says of a state what people want to know: the rule it is in and what it accepts.</summary>
internal static class Explanation
{
    /// <summary>Describes a state by all the states that were merged into it.</summary>
    internal static void Describe(IEnumerable<TransducerState> members, AutomatonState state)
    {
        var expected = new List<string>();
        List<string>? common = null;
        foreach (TransducerState member in members)
        {
            RuleContext? context = null;
            foreach (Reading reading in member.Readings)
            {
                if (reading.Node is ReadNode read)
                {
                    context = context == null ? read.Context : RuleContext.Common(context, read.Context);
                    if (!expected.Contains(read.Label))
                    {
                        expected.Add(read.Label);
                    }
                }
            }

            if (context != null)
            {
                // Merged states may lie in different rules: the innermost name they share is true for all.
                var names = context.Names().ToList();
                common = common == null ? names : common.Where(names.Contains).ToList();
            }
        }

        state.Expected = expected;
        state.RuleName = common is { Count: > 0 } ? common[0] : "";
    }
}
