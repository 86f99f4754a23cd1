using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The sets of octets that no single comparison finds. Each is one bit of a table with an entry for every octet, eight sets
/// to a table: to ask whether an octet is in a set is one load and one test.
/// </summary>
internal sealed class OctetSets
{
    private const int SetsInTable = 8;

    private readonly List<ByteSet> _sets = new();
    private readonly Dictionary<ByteSet, int> _numbers = new();

    /// <summary>The tables, 256 entries each.</summary>
    internal IEnumerable<byte[]> Tables()
    {
        for (int first = 0; first < _sets.Count; first += SetsInTable)
        {
            var table = new byte[256];
            for (int i = first; i < _sets.Count && i < first + SetsInTable; i++)
            {
                for (int octet = 0; octet < table.Length; octet++)
                {
                    table[octet] |= (byte)(_sets[i].Contains(octet) ? 1 << (i - first) : 0);
                }
            }

            yield return table;
        }
    }

    /// <summary>How many tables there are.</summary>
    internal int TableCount => (_sets.Count + SetsInTable - 1) / SetsInTable;

    /// <summary>The expression that is not zero when the octet is in a set.</summary>
    internal string Member(ByteSet set)
    {
        if (!_numbers.TryGetValue(set, out int number))
        {
            number = _sets.Count;
            _numbers.Add(set, number);
            _sets.Add(set);
        }

        return $"(sets{number / SetsInTable}[octet] & 0x{1 << (number % SetsInTable):X2})";
    }
}
