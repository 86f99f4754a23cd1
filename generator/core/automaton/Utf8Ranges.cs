using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>Splits a range of Unicode characters into sequences of octet ranges that read exactly their UTF-8 forms (RFC 3629 section 4).</summary>
internal static class Utf8Ranges
{
    /// <summary>Each item is one way to read the range: an octet range for every octet of the form.</summary>
    internal static IEnumerable<(int First, int Last)[]> Split(int first, int last)
    {
        foreach ((int low, int high) in SplitByLength(first, last))
        {
            foreach ((int First, int Last)[] sequence in SplitByPrefix(low, high))
            {
                yield return sequence;
            }
        }
    }

    /// <summary>Cuts where the form's length changes, and leaves the surrogates out: they have no UTF-8 form.</summary>
    private static IEnumerable<(int First, int Last)> SplitByLength(int first, int last)
    {
        int[] starts = { 0x0, 0x80, 0x800, 0xE000, 0x10000 };
        int[] ends = { 0x7F, 0x7FF, 0xD7FF, 0xFFFF, 0x10FFFF };
        for (int i = 0; i < starts.Length; i++)
        {
            int low = first > starts[i] ? first : starts[i];
            int high = last < ends[i] ? last : ends[i];
            if (low <= high)
            {
                yield return (low, high);
            }
        }
    }

    /// <summary>Cuts until the trailing octets of each piece cover their whole range or the leading octets agree.</summary>
    private static IEnumerable<(int First, int Last)[]> SplitByPrefix(int first, int last)
    {
        int length = first < 0x80 ? 1 : first < 0x800 ? 2 : first < 0x10000 ? 3 : 4;
        for (int i = 1; i < length; i++)
        {
            int mask = (1 << (6 * i)) - 1;
            if ((first & ~mask) == (last & ~mask))
            {
                continue;
            }

            if ((first & mask) != 0)
            {
                return Join(first, first | mask, (first | mask) + 1, last);
            }

            if ((last & mask) != mask)
            {
                return Join(first, (last & ~mask) - 1, last & ~mask, last);
            }
        }

        return new[] { Pair(Encode(first, length), Encode(last, length)) };
    }

    private static IEnumerable<(int First, int Last)[]> Join(int first, int last, int nextFirst, int nextLast)
    {
        foreach ((int First, int Last)[] sequence in SplitByPrefix(first, last))
        {
            yield return sequence;
        }

        foreach ((int First, int Last)[] sequence in SplitByPrefix(nextFirst, nextLast))
        {
            yield return sequence;
        }
    }

    private static (int First, int Last)[] Pair(int[] first, int[] last)
    {
        var pairs = new (int First, int Last)[first.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = (first[i], last[i]);
        }

        return pairs;
    }

    private static int[] Encode(int character, int length) => length switch
    {
        1 => new[] { character },
        2 => new[] { 0xC0 | (character >> 6), 0x80 | (character & 0x3F) },
        3 => new[] { 0xE0 | (character >> 12), 0x80 | ((character >> 6) & 0x3F), 0x80 | (character & 0x3F) },
        _ => new[] { 0xF0 | (character >> 18), 0x80 | ((character >> 12) & 0x3F), 0x80 | ((character >> 6) & 0x3F), 0x80 | (character & 0x3F) },
    };
}
