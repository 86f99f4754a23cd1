using System;
using System.Collections.Generic;
using System.Linq;
using SmtpEmbedded.Abnf.Core.Tests.Generated;
using SmtpEmbedded.Abnf.Core.Tests.Oracle;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>What is judged: one root of a grammar with captures, as the compiler reads it and as the oracle does.</summary>
internal sealed class Subject
{
    /// <summary>As many as an automaton may take that is not what is tested, or is small if there is one: what is refused takes the longest.</summary>
    public const int FewReadings = 30_000;

    /// <summary>The C# compiler takes as good as all of the time of large automata: past so many states they go without the last form, but in a long run.</summary>
    private const int MostStatesInEveryForm = 400;

    private static readonly ParserForm[] Forms =
    [
        new(),
        new(PrefersSize: true),
        new(ParserTarget.Net),
        new(ParserTarget.Net, MaximumBlocks: 30),
    ];

    private readonly Automaton? _automaton;

    private Subject(string title, OracleGrammar oracle, string root, IReadOnlyList<string> captures, Automaton? automaton, GrammarMatcher general)
    {
        Title = title;
        Root = oracle.Find(root);
        Oracle = new OracleParser(oracle, root, captures);
        General = general;
        _automaton = automaton;
        Matcher = automaton == null ? null : new AutomatonMatcher(automaton, maximumDepth: 4096);
    }

    /// <summary>Names it in failures.</summary>
    public string Title { get; private set; }

    public OracleRule Root { get; }

    public OracleParser Oracle { get; }

    /// <summary>Whether there is an automaton: not where it would be too large or something is not decidable while reading.</summary>
    public bool HasAutomaton => _automaton != null;

    public Automaton Automaton => _automaton ?? throw new InvalidOperationException("There is no automaton.");

    public AutomatonMatcher? Matcher { get; }

    /// <summary>The matcher that needs no automaton.</summary>
    public GrammarMatcher General { get; }

    /// <summary>The emitted parsers, once they are compiled: for nanoFramework, as code and as tables, for .NET, and, unless they are large, for .NET in as many methods as can be.</summary>
    public IReadOnlyList<IGeneratedParser> Generated { get; private set; } = [];

    /// <summary>Compiles a root; throws with the compiler's complaints where it refuses.</summary>
    public static Subject Of(IReadOnlyList<SourceFile> files, string root, string captures = "")
    {
        Subject? subject = TryOf(files, root, captures, out IReadOnlyList<Diagnostic> diagnostics);
        return subject is { HasAutomaton: true } ? subject : throw new InvalidOperationException($"{root}: {string.Join("\n", diagnostics)}");
    }

    /// <summary>Compiles a root, with an automaton or without; throws where the grammar has errors.</summary>
    public static Subject OfAny(IReadOnlyList<SourceFile> files, string root, string captures = "") =>
        TryOf(files, root, captures, out IReadOnlyList<Diagnostic> diagnostics, FewReadings) ?? throw new InvalidOperationException($"{root}: {string.Join("\n", diagnostics)}");

    /// <summary>Compiles a root of a grammar given as text.</summary>
    public static Subject Of(string grammar, string root, string captures = "") => Of([new SourceFile("test.abnf", grammar)], root, captures);

    /// <summary>Compiles a root; null where the grammar has errors. Where only the automaton is refused the subject has none.</summary>
    public static Subject? TryOf(
        IReadOnlyList<SourceFile> files, string root, string captures, out IReadOnlyList<Diagnostic> diagnostics, int mostReadings = Determinizer.MaximumReadings)
    {
        string[] names = captures.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Grammar grammar = Grammar.Read(files);
        var complaints = new List<Diagnostic>(grammar.Diagnostics);
        Automaton? automaton = Compilation.Compile(grammar, root, names, new SourceSpan(new SourceFile("request", ""), 0, 0), complaints, mostReadings);
        diagnostics = complaints;
        GrammarMatcher? general = grammar.HasErrors ? null : Compilation.CompileMatcher(grammar, root, names, complaints[..0]);
        return general == null
            ? null
            : new Subject($"{root} capturing '{captures}'", OracleGrammar.Read(files.Select(f => f.Text)), root, names, automaton, general);
    }

    /// <summary>Adds a grammar's text to what failures say.</summary>
    public void Describe(string grammar) => Title += "\n" + grammar;

    /// <summary>Compiles the emitted parsers of several subjects in one go.</summary>
    public static void Generate(IReadOnlyList<Subject> subjects)
    {
        foreach (IGrouping<bool, Subject> group in subjects.GroupBy(s => s.Automaton.States.Count > MostStatesInEveryForm && !Effort.IsLong))
        {
            Generate([.. group], group.Key ? Forms[..^1] : Forms);
        }
    }

    private static void Generate(Subject[] subjects, ParserForm[] forms)
    {
        IReadOnlyList<IReadOnlyList<IGeneratedParser>> parsers = ParserCompiler.Compile([.. subjects.Select(s => s.Automaton)], forms);
        for (int i = 0; i < subjects.Length; i++)
        {
            int subject = i;
            subjects[i].Generated = [.. parsers.Select(p => p[subject])];
        }
    }
}
