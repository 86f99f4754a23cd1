using System.CommandLine;
using System.IO;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>The options that several commands share.</summary>
internal static class GrammarArguments
{
    internal static Argument<FileInfo[]> Files() => new Argument<FileInfo[]>("FILE")
    {
        Description = "The grammar files; together they are one grammar.",
        Arity = ArgumentArity.OneOrMore,
    };

    internal static Option<string> Root() => new("--root")
    {
        Description = "The rule that reads a whole input.",
        HelpName = "RULE",
        Required = true,
    };

    internal static Option<string> Captures() => new("--captures")
    {
        Description = "The rules whose places are noted, with commas between.",
        HelpName = "A,B",
        DefaultValueFactory = _ => "",
    };

    internal static string[] Names(string list) => list.Split([',', ' '], System.StringSplitOptions.RemoveEmptyEntries);
}
