using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>The octets sorted into classes that no set of the automaton tells apart.</summary>
internal sealed class ByteClasses
{
    private ByteClasses(byte[] map, List<int> representatives)
    {
        Map = map;
        Representatives = representatives;
    }

    /// <summary>The class of each octet.</summary>
    internal byte[] Map { get; }

    /// <summary>One octet of each class.</summary>
    internal IReadOnlyList<int> Representatives { get; }

    internal int Count => Representatives.Count;

    internal static ByteClasses Of(IEnumerable<ByteSet> sets)
    {
        // Each set splits the classes so far into those inside and those outside of it.
        var map = new int[256];
        int count = 1;
        foreach (ByteSet set in new HashSet<ByteSet>(sets))
        {
            var inside = new Dictionary<int, int>();
            var seenOutside = new HashSet<int>();
            for (int octet = 0; octet < 256; octet++)
            {
                if (!set.Contains(octet))
                {
                    seenOutside.Add(map[octet]);
                }
            }

            for (int octet = 0; octet < 256; octet++)
            {
                if (set.Contains(octet) && seenOutside.Contains(map[octet]))
                {
                    if (!inside.TryGetValue(map[octet], out int split))
                    {
                        split = count++;
                        inside.Add(map[octet], split);
                    }

                    map[octet] = split;
                }
            }
        }

        return Number(map);
    }

    /// <summary>Numbers the classes by their first octet, so that the order does not depend on the order of the sets.</summary>
    private static ByteClasses Number(int[] map)
    {
        var numbers = new Dictionary<int, int>();
        var representatives = new List<int>();
        var result = new byte[256];
        for (int octet = 0; octet < 256; octet++)
        {
            if (!numbers.TryGetValue(map[octet], out int number))
            {
                number = representatives.Count;
                numbers.Add(map[octet], number);
                representatives.Add(octet);
            }

            result[octet] = (byte)number;
        }

        return new ByteClasses(result, representatives);
    }
}
