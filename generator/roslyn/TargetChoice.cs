using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>Chooses what a parser is written for.</summary>
internal static class TargetChoice
{
    private const string Net = "net";
    private const string NanoFramework = "nanoframework";

    /// <summary>The symbol that nanoFramework projects define.</summary>
    private const string NanoFrameworkSymbol = "NANOFRAMEWORK_1_0";

    /// <summary>Types that a parser for .NET needs, or that came in the same version as those.</summary>
    private static readonly string[] NetTypes = { "System.ReadOnlySpan`1", "System.Buffers.SearchValues", "System.Runtime.Intrinsics.Vector128" };

    /// <summary>The target a project compiles for, as far as can be seen: .NET where spans and vectors are there.</summary>
    internal static string Of(Microsoft.CodeAnalysis.Compilation compilation, SyntaxTree tree)
    {
        var options = (CSharpParseOptions)tree.Options;
        bool isNet = !options.PreprocessorSymbolNames.Contains(NanoFrameworkSymbol)
            && options.LanguageVersion >= LanguageVersion.CSharp8
            && NetTypes.All(name => compilation.GetTypesByMetadataName(name).Any(type => type.DeclaredAccessibility == Accessibility.Public));
        return isNet ? Net : NanoFramework;
    }

    /// <summary>What a name stands for; false for a name that is none.</summary>
    internal static bool TryParse(string name, out ParserTarget target)
    {
        target = name == Net ? ParserTarget.Net : ParserTarget.NanoFramework;
        return name is Net or NanoFramework;
    }
}
