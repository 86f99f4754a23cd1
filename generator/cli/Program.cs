using System.CommandLine;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>The ABNF compiler on the command line. Exit codes: 0 all is well, 1 the grammar or the input has errors, 2 wrong usage.</summary>
public static class Program
{
    /// <summary>Runs one command.</summary>
    public static int Main(string[] arguments)
    {
        var root = new RootCommand("Checks ABNF grammars and makes parsers of them (RFC 5234, RFC 7405).")
        {
            CheckCommand.Create(),
            MatchCommand.Create(),
            SampleCommand.Create(),
            GenerateCommand.Create(),
            DiagramCommand.Create(),
            StatsCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        int exit = parsed.Invoke();
        return parsed.Errors.Count > 0 ? 2 : exit;
    }
}
