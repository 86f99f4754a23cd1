using System;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Arrays that begin small and become as large as what is put into them: bounds allow for the longest line a standard knows,
/// and on a board hardly one that comes is a tenth of that. An array that has grown stays so; nothing is allocated twice for the same need.
/// </summary>
internal static class Growth
{
    /// <summary>The smallest array made; others are multiples of it, and the large ones grow slowly, for what they hold is mostly of one size.</summary>
    private const int Least = 64;

    /// <summary>Makes an array for more bytes.</summary>
    /// <param name="bytes">What there is.</param>
    /// <param name="start">Where in it the content begins; in the new array it begins at 0.</param>
    /// <param name="count">How many bytes the content has.</param>
    /// <param name="needed">How many bytes must fit; more than <paramref name="most"/> never do.</param>
    /// <param name="most">The bound.</param>
    public static byte[] Of(byte[] bytes, int start, int count, int needed, int most)
    {
        int size = bytes.Length < 4 * Least ? bytes.Length * 2 : bytes.Length + (bytes.Length / 4);
        size = ((size < needed ? needed : size) + Least - 1) / Least * Least;
        byte[] larger = new byte[size > most ? most : size];
        Array.Copy(bytes, start, larger, 0, count);
        return larger;
    }
}
