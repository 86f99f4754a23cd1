using System.Collections.Generic;
using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>C# names for rules.</summary>
public static class Identifiers
{
    /// <summary>A rule's name in the case of C# types and members: "Local-part" becomes "LocalPart".</summary>
    public static string PascalCase(string ruleName)
    {
        var name = new StringBuilder();
        bool startsWord = true;
        foreach (char c in ruleName)
        {
            if (c == '-')
            {
                startsWord = true;
                continue;
            }

            name.Append(startsWord ? char.ToUpperInvariant(c) : c);
            startsWord = false;
        }

        return name.ToString();
    }

    /// <summary>The names of several rules, made different from each other and from <paramref name="reserved"/> where case or hyphens alone told them apart.</summary>
    internal static IReadOnlyList<string> Distinct(IEnumerable<string> ruleNames, params string[] reserved)
    {
        var taken = new HashSet<string>(reserved);
        var names = new List<string>();
        foreach (string ruleName in ruleNames)
        {
            string name = PascalCase(ruleName);
            for (int i = 2; !taken.Add(name); i++)
            {
                name = PascalCase(ruleName) + i;
            }

            names.Add(name);
        }

        return names;
    }
}
