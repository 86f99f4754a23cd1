namespace SmtpEmbedded.Abnf;

/// <summary>The rounds of repetitions that a reading has begun since it last read an octet, the innermost first; null for none.</summary>
internal sealed record EmptyRounds(int Round, EmptyRounds? Outer)
{
    /// <summary>How many there are; two that differ in this are told apart at once.</summary>
    internal int Depth { get; } = 1 + (Outer?.Depth ?? 0);
}
