namespace SmtpEmbedded.Benchmarks.Measuring;

/// <summary>
/// Reads all lines once.
/// </summary>
/// <param name="lines">The lines.</param>
/// <param name="verdicts">Takes for each line whether it is a sentence; null while the time is taken.</param>
/// <returns>How many lines are sentences, plus how many captures they have.</returns>
internal delegate int ReadLines(Lines lines, Verdict[]? verdicts);

/// <summary>What a contestant says of a line: whether it is a sentence, and a print of its captures in any order.</summary>
internal readonly record struct Verdict(bool IsSentence, uint Captures);

/// <summary>What a contestant takes part in.</summary>
internal enum Discipline
{
    /// <summary>Command lines; only the verdict is wanted.</summary>
    Commands,

    /// <summary>Command lines, with the places of local parts, domains, keywords and values.</summary>
    CommandCaptures,

    /// <summary>Reply lines; only the verdict is wanted.</summary>
    Replies,
}

/// <summary>One parser.</summary>
internal sealed record Contestant(string Name, Discipline Discipline, ReadLines Read);
