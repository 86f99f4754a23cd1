using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SmtpEmbedded.Abnf.Roslyn.Tests;

/// <summary>Which steps of the pipeline run again after an edit.</summary>
public sealed class IncrementalTests
{
    private const string A = "a = \"A\" SP x\nx = ALPHA\n";
    private const string B = "b = \"B\" SP y\ny = DIGIT\n";

    private const string Source =
        "using SmtpEmbedded.Abnf;\n[AbnfParser(\"a\", Files = \"a.abnf\")] public partial class PA { }\n[AbnfParser(\"b\", Files = \"b.abnf\")] public partial class PB { }\n";

    [Fact]
    public void AnUnrelatedEditRunsNothingAgain()
    {
        CSharpCompilation compilation = GeneratorHost.Compile(Source, "class Other { }");
        GeneratorDriver driver = GeneratorHost.Driver(("a.abnf", A), ("b.abnf", B)).RunGenerators(compilation);
        SyntaxTree other = compilation.SyntaxTrees.Last();
        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(other, CSharpSyntaxTree.ParseText("class Another { int i; }", (CSharpParseOptions)other.Options, other.FilePath)));
        AssertReasons(driver, AbnfGeneratorSteps.GrammarFile, IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.GrammarFiles, IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.Parser, IncrementalStepRunReason.Unchanged);
        AssertReasons(driver, AbnfGeneratorSteps.ParserInput, IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.ParserOutput, IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.Source, IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.Complaints, IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void AnEditOfOneGrammarOfTwoCompilesOneParser()
    {
        CSharpCompilation compilation = GeneratorHost.Compile(Source);
        AdditionalText old = GeneratorHost.File("b.abnf", B);
        GeneratorDriver driver = GeneratorHost.Driver(("a.abnf", A)).AddAdditionalTexts([old]).RunGenerators(compilation);
        driver = driver.ReplaceAdditionalText(old, GeneratorHost.File("b.abnf", B.Replace("DIGIT", "HEXDIG", StringComparison.Ordinal))).RunGenerators(compilation);
        foreach (string step in new[] { AbnfGeneratorSteps.GrammarFile, AbnfGeneratorSteps.ParserInput, AbnfGeneratorSteps.ParserOutput, AbnfGeneratorSteps.Source })
        {
            Assert.Single(Reasons(driver, step), IncrementalStepRunReason.Modified);
            Assert.Single(Reasons(driver, step), r => r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
        }

        Assert.Single(Reasons(driver, AbnfGeneratorSteps.ParserOutput), IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.Parser, IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.Complaints, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void ACommentOnlyEditLeavesTheSourceAsItWas()
    {
        CSharpCompilation compilation = GeneratorHost.Compile(Source);
        AdditionalText old = GeneratorHost.File("b.abnf", B);
        GeneratorDriver driver = GeneratorHost.Driver(("a.abnf", A)).AddAdditionalTexts([old]).RunGenerators(compilation);
        driver = driver.ReplaceAdditionalText(old, GeneratorHost.File("b.abnf", "; what it is for\n\n" + B)).RunGenerators(compilation);
        Assert.Single(Reasons(driver, AbnfGeneratorSteps.ParserInput), IncrementalStepRunReason.Modified);
        Assert.Single(Reasons(driver, AbnfGeneratorSteps.ParserOutput), IncrementalStepRunReason.Unchanged);
        Assert.Single(Reasons(driver, AbnfGeneratorSteps.ParserOutput), IncrementalStepRunReason.Cached);
        AssertReasons(driver, AbnfGeneratorSteps.Source, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
        AssertReasons(driver, AbnfGeneratorSteps.Complaints, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void ACommentOverARuleGoesIntoItsParsersDocumentation()
    {
        GeneratorDriver driver = GeneratorHost.Driver(("b.abnf", "b = y\n; a digit, < 10\ny = DIGIT\n"))
            .RunGenerators(GeneratorHost.Compile("[SmtpEmbedded.Abnf.AbnfParser(\"b\")] public partial class PB { }"));
        Assert.Contains("/// <remarks>a digit, &lt; 10</remarks>", driver.GetRunResult().GeneratedTrees.Single().ToString(), System.StringComparison.Ordinal);
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorDriver driver, string step) =>
        driver.GetRunResult().Results.Single().TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason);

    private static void AssertReasons(GeneratorDriver driver, string step, params IncrementalStepRunReason[] allowed) =>
        Assert.All(Reasons(driver, step), reason => Assert.Contains(reason, allowed));
}
