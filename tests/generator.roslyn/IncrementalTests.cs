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
        AssertReasons(driver, AbnfGeneratorSteps.ParserInput, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
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
        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached],
            Reasons(driver, AbnfGeneratorSteps.ParserOutput).Order(Comparer<IncrementalStepRunReason>.Create((x, y) => Weight(x) - Weight(y))));
    }

    [Fact]
    public void ACommentOnlyEditLeavesTheSourceAsItWas()
    {
        CSharpCompilation compilation = GeneratorHost.Compile(Source);
        AdditionalText old = GeneratorHost.File("b.abnf", B);
        GeneratorDriver driver = GeneratorHost.Driver(("a.abnf", A)).AddAdditionalTexts([old]).RunGenerators(compilation);
        driver = driver.ReplaceAdditionalText(old, GeneratorHost.File("b.abnf", "; what it is for\n" + B)).RunGenerators(compilation);
        AssertReasons(driver, AbnfGeneratorSteps.Source, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
        AssertReasons(driver, AbnfGeneratorSteps.Complaints, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    private static int Weight(IncrementalStepRunReason reason) => reason == IncrementalStepRunReason.Modified ? 0 : 1;

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorDriver driver, string step) =>
        driver.GetRunResult().Results.Single().TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason);

    private static void AssertReasons(GeneratorDriver driver, string step, params IncrementalStepRunReason[] allowed) =>
        Assert.All(Reasons(driver, step), reason => Assert.Contains(reason, allowed));
}
