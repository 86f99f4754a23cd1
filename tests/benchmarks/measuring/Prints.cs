namespace SmtpEmbedded.Benchmarks.Measuring;

/// <summary>The print of a capture, the same as in rivals.h.</summary>
internal static class Prints
{
    public const int LocalPart = 0;
    public const int Domain = 1;
    public const int EsmtpKeyword = 2;
    public const int EsmtpValue = 3;

    public static uint Of(int rule, int start, int end) =>
        ((uint)(rule + 1) * 2654435761u) ^ ((uint)start * 40503u) ^ ((uint)end * 2246822519u);
}
