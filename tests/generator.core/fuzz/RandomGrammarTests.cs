using System.Collections.Generic;
using System.Linq;
using SmtpEmbedded.Abnf.Core.Tests.Differential;
using SmtpEmbedded.Abnf.Core.Tests.Sentences;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Fuzz;

/// <summary>Small random grammars, each judged on every string up to a length.</summary>
public class RandomGrammarTests
{
    private const int Batch = 60;

    /// <summary>A larger automaton is judged as data only: the C# compiler would take most of the time.</summary>
    private const int MostGeneratedStates = 60;

    private const int MostReadings = 5_000;

    private static readonly IReadOnlyList<byte[]> Strings = Inputs.AllOver("abc", 5);

    private static readonly IReadOnlyList<byte[]> ShortInBrackets = Inputs.AllOver("ab<>", 4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AllReadEveryStringTheSame(int seed)
    {
        var random = new RandomGrammar(seed);
        int compiled = 0;
        int tried = 0;
        while (tried < Effort.Grammars / 4)
        {
            var subjects = new List<Subject>();
            for (int i = 0; i < Batch && tried < Effort.Grammars / 4; i++, tried++)
            {
                random.Next();
                Subject? subject = Subject.TryOf([new SourceFile("random.abnf", random.Text)], "r0", random.Captures, out IReadOnlyList<Diagnostic> diagnostics, Subject.FewReadings);
                if (subject is { HasAutomaton: true })
                {
                    subject.Describe(random.Text);
                    subjects.Add(subject);
                }
                else
                {
                    // Nothing but what cannot be decided, or becomes too large, may be refused.
                    Assert.All(
                        diagnostics.Where(d => d.Descriptor.Severity == Severity.Error),
                        d => Assert.True(d.Descriptor.Id is "ABNF014" or "ABNF015", $"{d}\n{random.Text}{random.Captures}"));
                }
            }

            Subject.Generate([.. subjects.Where(s => s.Automaton.States.Count <= MostGeneratedStates)]);
            compiled += subjects.Count;
            foreach (Subject subject in subjects)
            {
                var judge = new Judge(subject, seed);
                foreach (byte[] input in Strings)
                {
                    judge.Check(input);
                }
            }
        }

        Assert.True(compiled > tried / 2, $"Only {compiled} of {tried} grammars were compiled.");
    }

    /// <summary>Rules that contain themselves and each other, as calls, as last things read, where it is not decidable too.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void AllReadEveryStringTheSameWhereRulesNest(int seed)
    {
        var random = new RandomGrammar(seed, Nests.Freely);
        int judged = 0;
        int tried = 0;
        while (judged < Effort.Grammars / 12)
        {
            var subjects = new List<Subject>();
            for (int i = 0; i < Batch && judged + subjects.Count < Effort.Grammars / 12; i++, tried++)
            {
                random.Next();
                Subject? subject = Subject.TryOf([new SourceFile("random.abnf", random.Text)], "r0", random.Captures, out IReadOnlyList<Diagnostic> diagnostics, Subject.FewReadings);
                if (subject == null)
                {
                    Assert.Contains(diagnostics, d => d.Descriptor.Id is "ABNF010" or "ABNF017");
                    continue;
                }

                subject.Describe(random.Text);
                subjects.Add(subject);
            }

            Subject.Generate([.. subjects.Where(s => s.HasAutomaton && s.Automaton.States.Count <= MostGeneratedStates)]);
            judged += subjects.Count;
            foreach (Subject subject in subjects)
            {
                var judge = new Judge(subject, seed);
                foreach (byte[] input in Strings)
                {
                    judge.Check(input);
                }
            }
        }

        Assert.True(judged > tried / 20, $"Only {judged} of {tried} grammars are without left recursion.");
    }

    /// <summary>Rules that nest and are entered by several calls which begin alike: which one it was shows behind it only.</summary>
    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    public void AllReadTheSameWhereSeveralCallsEnterOneRule(int seed)
    {
        var random = new RandomGrammar(seed, Nests.BySeveralCalls);
        var subjects = new List<Subject>();
        int tried = 0;
        for (; subjects.Count < Effort.Grammars / 6; tried++)
        {
            random.Next();

            // What is refused after all takes its time, and there is much of it: small ones only.
            if (random.Compile(MostReadings, []) != null && Subject.TryOf([new SourceFile("random.abnf", random.Text)], "r0", random.Captures, out _) is { HasAutomaton: true } subject)
            {
                subject.Describe(random.Text);
                subjects.Add(subject);
            }
        }

        foreach (Subject[] batch in subjects.Chunk(Batch))
        {
            Subject.Generate([.. batch.Where(s => s.Automaton.States.Count <= MostGeneratedStates)]);
            foreach (Subject subject in batch)
            {
                JudgeSentences(subject, seed);
            }
        }

        Assert.True(subjects.Count > tried / 4, $"Only {subjects.Count} of {tried} grammars were compiled.");
    }

    /// <summary>Every short string, and sentences that nest deeper than those do.</summary>
    private static void JudgeSentences(Subject subject, int seed)
    {
        var judge = new Judge(subject, seed);
        foreach (byte[] input in ShortInBrackets)
        {
            judge.Check(input);
        }

        RandomInputs.Check(judge, new SentenceGenerator(subject.Root, seed, longEnough: 15), seed, 100);
    }
}
