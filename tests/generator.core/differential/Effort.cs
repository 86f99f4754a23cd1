using System;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>
/// How much a test tries; the default keeps the project fast. SMTPEMBEDDED_TEST_SENTENCES asks for so many inputs, sentences and damaged
/// ones together, for each root of each grammar.
/// </summary>
internal static class Effort
{
    private static readonly int? Asked =
        int.TryParse(Environment.GetEnvironmentVariable("SMTPEMBEDDED_TEST_SENTENCES"), out int number) ? number : null;

    /// <summary>Whether a long run is asked for, which may take its time.</summary>
    public static bool IsLong => Asked != null;

    /// <summary>Random sentences for each subject of a root, and as many damaged ones.</summary>
    /// <param name="subjects">How many subjects the root has.</param>
    /// <param name="share">By default one of so many, where the oracle takes its time.</param>
    public static int SentencesFor(int subjects, int share) => Asked is int inputs ? (inputs + 2 * subjects - 1) / (2 * subjects) : 150 / share;

    /// <summary>Damaged grammars for each grammar.</summary>
    public static int DamagedGrammars => (Asked ?? 150) / 5;

    /// <summary>Random grammars.</summary>
    public static int Grammars => Asked ?? 36;
}
