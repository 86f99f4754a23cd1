namespace SmtpEmbedded.Abnf;

/// <summary>The rounds of repetitions that a reading has begun since it last read an octet, the innermost first; null for none.</summary>
internal sealed record EmptyRounds(int Round, EmptyRounds? Outer);
