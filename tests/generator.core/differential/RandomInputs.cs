using System.Collections.Generic;
using SmtpEmbedded.Abnf.Core.Tests.Sentences;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Judges subjects on random sentences and on damaged ones.</summary>
internal static class RandomInputs
{
    private const int Seed = 5321;

    /// <summary>Compiles the generated parsers of the subjects together, then tries each.</summary>
    public static void Check(IReadOnlyList<Subject> subjects)
    {
        Subject.Generate(subjects);
        foreach (Subject subject in subjects)
        {
            Check(subject);
        }
    }

    private static void Check(Subject subject)
    {
        var judge = new Judge(subject, Seed);
        var generator = new SentenceGenerator(subject.Root, Seed);
        var mutator = new Mutator(Seed);
        byte[] last = [];
        judge.Check(last);
        for (int i = 0; i < Effort.Sentences; i++)
        {
            byte[] sentence = generator.Next();
            judge.Check(sentence, isSentence: true);
            judge.Check(mutator.Mutate(sentence, last));
            last = sentence;
        }

        Assert.True(judge.Sentences >= Effort.Sentences);
    }
}
