using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>Turns an attribute on a class into a <see cref="ParserModel"/>.</summary>
internal static class ParserReader
{
    internal const string AttributeName = "SmtpEmbedded.Abnf.AbnfParserAttribute";

    internal static ParserModel Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        Dictionary<string, TypedConstant> named = attribute.NamedArguments.ToDictionary(a => a.Key, a => a.Value);

        string Text(string name) => named.TryGetValue(name, out TypedConstant value) ? value.Value as string ?? "" : "";

        bool Is(string name) => named.TryGetValue(name, out TypedConstant value) && value.Value is true;

        int Number(string name, int otherwise = 32) => named.TryGetValue(name, out TypedConstant value) && value.Value is int number && number > 0 ? number : otherwise;

        return new ParserModel(
            symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(),
            symbol.Name,
            new EquatableArray<string>(Containers((ClassDeclarationSyntax)context.TargetNode)),
            attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string ?? "" : "",
            new EquatableArray<string>(Words(Text("Captures"))),
            new EquatableArray<string>(Words(Text("Files"))),
            Number("MaxCaptures"),
            Number("MaxDepth"),
            Number("MaxTableBytes", 0),
            Text("Target") is { Length: > 0 } target ? target : TargetChoice.Of(context.SemanticModel.Compilation, context.TargetNode.SyntaxTree),
            !Is("OmitExplanations"),
            Is("TerseOnDevice"),
            !Is("OmitUndecided"),
            Is("PreferSize"),
            Is("OwnTables"),
            PlaceOf(attribute, context.TargetNode, cancellation));
    }

    private static IEnumerable<string> Containers(ClassDeclarationSyntax declaration) => declaration.Ancestors()
        .OfType<TypeDeclarationSyntax>()
        .Select(type => $"partial {type.Keyword.ValueText} {type.Identifier.ValueText}")
        .Reverse();

    private static string[] Words(string text) => text.Split(new[] { ' ', ',', ';', '\t', '\r', '\n' }, StringSplitOptions.RemoveEmptyEntries);

    private static AttributePlace PlaceOf(AttributeData attribute, SyntaxNode target, CancellationToken cancellation)
    {
        Location location = attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation() ?? target.GetLocation();
        LinePositionSpan lines = location.GetLineSpan().Span;
        return new AttributePlace(
            location.SourceTree?.FilePath ?? "", location.SourceSpan.Start, location.SourceSpan.Length,
            lines.Start.Line, lines.Start.Character, lines.End.Line, lines.End.Character);
    }
}
