using System;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>How many random inputs a test tries. SMTPEMBEDDED_TEST_SENTENCES sets the number; the default keeps the project fast.</summary>
internal static class Effort
{
    private static readonly int? Asked =
        int.TryParse(Environment.GetEnvironmentVariable("SMTPEMBEDDED_TEST_SENTENCES"), out int number) ? number : null;

    /// <summary>Random sentences for each root, and as many damaged ones.</summary>
    public static int Sentences => Asked ?? 150;

    /// <summary>Random grammars.</summary>
    public static int Grammars => Asked ?? 60;
}
