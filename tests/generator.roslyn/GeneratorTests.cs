using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SmtpEmbedded.Abnf.Roslyn.Tests;

/// <summary>What the generator adds to a compilation and what it says of mistakes.</summary>
public sealed class GeneratorTests
{
    private const string Grammar = "greeting = \"HELLO\" SP name CRLF\nname = 1*ALPHA\n";

    private const string Source =
        "using SmtpEmbedded.Abnf;\nnamespace N;\n[AbnfParser(\"greeting\", Captures = \"name\")]\npublic sealed partial class GreetingParser { }\n";

    [Fact]
    public void TheParserCompilesWithoutAWarning()
    {
        CSharpCompilation compilation = Run(Source, ("g.abnf", Grammar), out ImmutableArray<Microsoft.CodeAnalysis.Diagnostic> complaints);
        Assert.Empty(complaints);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        INamedTypeSymbol parser = compilation.GetTypeByMetadataName("N.GreetingParser")!;
        Assert.NotEmpty(parser.GetMembers("Feed"));
        Assert.NotEmpty(parser.GetMembers("CaptureStart"));
    }

    [Theory]
    [InlineData("namespace A { partial class Outer { [SmtpEmbedded.Abnf.AbnfParser(\"greeting\")] private partial class Inner { } } }", "A.Outer+Inner")]
    [InlineData("[SmtpEmbedded.Abnf.AbnfParser(\"greeting\")] partial class Global { }", "Global")]
    public void ClassesMayBeNestedOrGlobal(string source, string name)
    {
        CSharpCompilation compilation = Run(source, ("g.abnf", Grammar), out _);
        Assert.NotEmpty(compilation.GetTypeByMetadataName(name)!.GetMembers("Feed"));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
    }

    [Fact]
    public void TheAttributeLeavesNoTrace()
    {
        CSharpCompilation compilation = Run(Source, ("g.abnf", Grammar), out _);
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image).Success);
        image.Position = 0;
        using var file = new PEReader(image);
        MetadataReader metadata = file.GetMetadataReader();
        Assert.DoesNotContain(metadata.AssemblyReferences, r => metadata.GetString(metadata.GetAssemblyReference(r).Name).Contains("Abnf", StringComparison.Ordinal));
        Assert.DoesNotContain(metadata.TypeDefinitions, t => metadata.GetString(metadata.GetTypeDefinition(t).Name).Contains("Attribute", StringComparison.Ordinal));
        Assert.DoesNotContain(metadata.TypeReferences, t => metadata.GetString(metadata.GetTypeReference(t).Name) == "AbnfParserAttribute");
    }

    [Fact]
    public void AMistakeIsToldAtItsPlaceInTheGrammarFile()
    {
        Run(Source, ("dir/g.abnf", "greeting = \"HELLO\" SP nme CRLF\nname = 1*ALPHA\n"), out ImmutableArray<Microsoft.CodeAnalysis.Diagnostic> complaints);
        Microsoft.CodeAnalysis.Diagnostic complaint = Assert.Single(complaints);
        Assert.Equal("ABNF002", complaint.Id);
        Assert.Equal(DiagnosticSeverity.Error, complaint.Severity);
        FileLinePositionSpan place = complaint.Location.GetLineSpan();
        Assert.Equal("dir/g.abnf", place.Path);
        Assert.Equal((0, 22, 0, 25), (place.StartLinePosition.Line, place.StartLinePosition.Character, place.EndLinePosition.Line, place.EndLinePosition.Character));
        Assert.Contains("did you mean 'name'?", complaint.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void AMistakeInAFileOfTwoParsersIsToldOnce()
    {
        string two = Source + "[AbnfParser(\"name\")] public partial class NameParser { }\n";
        Run(two, ("g.abnf", "greeting = \"HELLO\" SP nme CRLF\nname = 1*ALPHA\n"), out ImmutableArray<Microsoft.CodeAnalysis.Diagnostic> complaints);
        Assert.Single(complaints);
    }

    [Theory]
    [InlineData("[AbnfParser(\"nothing\")]", "ABNF013")]
    [InlineData("[AbnfParser(\"greeting\", Captures = \"nothing\")]", "ABNF013")]
    [InlineData("[AbnfParser(\"greeting\", Files = \"g.abnf h.abnf\")]", "ABNF016")]
    [InlineData("[AbnfParser(\"greeting\", Target = \"netcore\")]", "ABNF022")]
    [InlineData("[AbnfParser(\"greeting\", Target = \"nanoframework\", MaxTableBytes = 8)]", "ABNF024")]
    public void AMistakeInTheAttributeIsToldAtTheAttribute(string attribute, string id)
    {
        string source = "using SmtpEmbedded.Abnf;\n" + attribute + "\npublic partial class P { }\n";
        Run(source, ("g.abnf", Grammar), out ImmutableArray<Microsoft.CodeAnalysis.Diagnostic> complaints);
        Microsoft.CodeAnalysis.Diagnostic complaint = Assert.Single(complaints);
        Assert.Equal(id, complaint.Id);
        FileLinePositionSpan place = complaint.Location.GetLineSpan();
        Assert.Equal(("Source0.cs", 1, 1), (place.Path, place.StartLinePosition.Line, place.StartLinePosition.Character));
    }

    [Fact]
    public void FilesKeepsOtherGrammarsApart()
    {
        string source = Source.Replace("Captures = \"name\"", "Files = \"g.abnf\"", StringComparison.Ordinal);
        GeneratorDriver driver = GeneratorHost.Driver(("g.abnf", Grammar), ("other.abnf", "name = nonsense\n"))
            .RunGeneratorsAndUpdateCompilation(GeneratorHost.Compile(source), out _, out ImmutableArray<Microsoft.CodeAnalysis.Diagnostic> complaints);
        Assert.Empty(complaints);
        Assert.Single(driver.GetRunResult().GeneratedTrees);
    }

    private static CSharpCompilation Run(string source, (string Path, string Text) file, out ImmutableArray<Microsoft.CodeAnalysis.Diagnostic> complaints)
    {
        GeneratorHost.Driver(file).RunGeneratorsAndUpdateCompilation(GeneratorHost.Compile(source), out Microsoft.CodeAnalysis.Compilation updated, out complaints);
        return (CSharpCompilation)updated;
    }
}
