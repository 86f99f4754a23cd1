using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Reader;

/// <summary>Every complaint has a page, and what the pages show is so: the first grammar provokes the complaint, the second does not.</summary>
public sealed class DiagnosticPageTests
{
    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void ShowsWhatProvokesItAndWhatToWriteInstead(string id)
    {
        DiagnosticDescriptor descriptor = Descriptors.All.Single(d => d.Id == id);
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "generator", "diagnostics", id + ".md"));
        string severity = descriptor.Severity == Severity.Info ? "note" : descriptor.Severity.ToString().ToLowerInvariant();
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\nSeverity: {severity}.\n", page, StringComparison.Ordinal);
        MatchCollection grammars = Regex.Matches(page, "```abnf(?: captures=(\\S+))?\n(.*?)```", RegexOptions.Singleline);
        Assert.Equal(id is "ABNF013" or "ABNF016" or "ABNF022" or "ABNF024" ? 0 : 2, grammars.Count);
        for (int i = 0; i < grammars.Count; i++)
        {
            IEnumerable<string> told = Complaints(grammars[i].Groups[2].Value, grammars[i].Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries));
            if (i == 0)
            {
                Assert.Contains(id, told);
            }
            else
            {
                Assert.DoesNotContain(told, t => t != "ABNF023" || id == "ABNF023");
            }
        }
    }

    [Fact]
    public void TheListNamesThemAll()
    {
        string list = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "generator", "diagnostics.md"));
        Assert.All(Descriptors.All, d => Assert.Contains($"[{d.Id}](diagnostics/{d.Id}.md)", list, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Complaints(string text, string[] captures)
    {
        Grammar grammar = Grammar.Read([new SourceFile("page.abnf", text)]);
        var diagnostics = new List<Diagnostic>(grammar.Diagnostics);
        AlternativeChecks.Run(grammar, diagnostics);
        UnusedRules.Run(grammar, [], diagnostics);
        if (grammar.Rules.Count > 0)
        {
            Compilation.Compile(grammar, grammar.Rules[0].Name, captures, new SourceSpan(new SourceFile("request", ""), 0, 0), diagnostics);
        }

        return diagnostics.Select(d => d.Descriptor.Id);
    }
}
