using System;
using System.Collections.Generic;
using System.Linq;
using SmtpEmbedded.Abnf.Core.Tests.Sentences;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Judges subjects on random sentences and on damaged ones.</summary>
internal static class RandomInputs
{
    private const int Seed = 5321;

    /// <summary>Compiles the generated parsers of the subjects together, then tries each.</summary>
    /// <param name="subjects">What is judged; those that have no automaton by the general matcher alone.</param>
    /// <param name="share">One of so many of the usual number of sentences, where the oracle takes its time.</param>
    public static void Check(IReadOnlyList<Subject> subjects, int share = 1)
    {
        Subject.Generate([.. subjects.Where(s => s.HasAutomaton)]);
        int inputs = 0;
        int sentences = 0;
        foreach (Subject subject in subjects)
        {
            Judge judge = Check(subject, Effort.SentencesFor(subjects.Count, share));
            inputs += judge.Inputs;
            sentences += judge.Sentences;
        }

        Console.WriteLine($"{subjects[0].Root.Name}: {inputs} inputs, {sentences} of them sentences, {subjects.Count} sets of captures, all judges agree");
    }

    private static Judge Check(Subject subject, int sentences)
    {
        var judge = new Judge(subject, Seed);
        judge.Check([]);
        Check(judge, new SentenceGenerator(subject.Root, Seed), Seed, sentences);
        Assert.True(judge.Sentences >= sentences);
        return judge;
    }

    /// <summary>Judges random sentences, and as many damaged ones.</summary>
    public static void Check(Judge judge, SentenceGenerator generator, int seed, int sentences)
    {
        var mutator = new Mutator(seed);
        byte[] last = [];
        for (int i = 0; i < sentences; i++)
        {
            byte[] sentence = generator.Next();
            judge.Check(sentence, isSentence: true);
            judge.Check(mutator.Mutate(sentence, last));
            last = sentence;
        }
    }
}
