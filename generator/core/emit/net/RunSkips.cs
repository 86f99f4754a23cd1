using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The methods that skip a run of octets of one set, sixteen at a time.
///
/// Whether an octet is in the set is looked up by its halves. The octets with the same upper half are a row of the set; rows
/// that are alike share a bit, and up to eight different rows have room in an octet. The lower half is looked up in a table of
/// the rows that have it, the upper half in a table of which row it is: the octet is in the set if the two have a bit in common.
/// </summary>
internal sealed class RunSkips
{
    private const int MostRows = 8;

    private readonly List<ByteSet> _sets = new();
    private readonly Dictionary<ByteSet, int> _numbers = new();

    /// <summary>Whether there are any.</summary>
    internal bool HasAny => _sets.Count > 0;

    /// <summary>The number of the method for a set, or -1 where the set does not suit.</summary>
    internal int NumberOf(ByteSet set)
    {
        if (!_numbers.TryGetValue(set, out int number))
        {
            number = Rows(set).Where(r => r != 0).Distinct().Count() > MostRows ? -1 : _sets.Count;
            _numbers.Add(set, number);
            if (number >= 0)
            {
                _sets.Add(set);
            }
        }

        return number;
    }

    /// <summary>Writes all methods.</summary>
    internal void Write(CodeWriter writer)
    {
        for (int number = 0; number < _sets.Count; number++)
        {
            WriteSkip(writer, number, _sets[number]);
        }

        if (HasAny)
        {
            WriteShared(writer);
        }
    }

    private static void WriteSkip(CodeWriter writer, int number, ByteSet set)
    {
        int[] rows = Rows(set);
        List<int> distinct = rows.Where(r => r != 0).Distinct().ToList();
        var low = new int[16];
        var high = new int[16];
        for (int half = 0; half < 16; half++)
        {
            high[half] = rows[half] == 0 ? 0 : 1 << distinct.IndexOf(rows[half]);
            for (int row = 0; row < distinct.Count; row++)
            {
                low[half] |= (distinct[row] >> half & 1) << row;
            }
        }

        writer.Line($"// Skips {string.Join(", ", set.Ranges().Select(r => OctetNames.Describe(r.First, r.Last)))}.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open($"private static int Skip{number}(ReadOnlySpan<byte> input, int i)");
        writer.Line("return Skip(");
        writer.Indent();
        writer.Line("input,");
        writer.Line("i,");
        writer.Line($"Vector128.Create((byte){string.Join(", ", low)}),");
        writer.Line($"Vector128.Create((byte){string.Join(", ", high)}));");
        writer.Outdent();
        writer.Close();
        writer.Line();
    }

    private static void WriteShared(CodeWriter writer)
    {
        writer.Line("// The first index from i on of an octet that has no bit in common in the two tables, one for its lower half and one for its");
        writer.Line("// upper half; or the input's length. Leaves short inputs alone: behind it every octet is tested again.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open("private static int Skip(ReadOnlySpan<byte> input, int i, Vector128<byte> low, Vector128<byte> high)");
        writer.Line("int last = input.Length - Vector128<byte>.Count;");
        writer.Open("if (!Vector128.IsHardwareAccelerated || last < 0)");
        writer.Line("return i;");
        writer.Close();
        writer.Line();
        writer.Open("while (i <= last)");
        writer.Line("uint others = Others(input.Slice(i, Vector128<byte>.Count), low, high);");
        writer.Open("if (others != 0)");
        writer.Line("return i + BitOperations.TrailingZeroCount(others);");
        writer.Close();
        writer.Line();
        writer.Line("i += Vector128<byte>.Count;");
        writer.Close();
        writer.Line();
        writer.Line("// Near the end: the last sixteen octets, and those before i forgotten.");
        writer.Line("uint rest = Others(input.Slice(last, Vector128<byte>.Count), low, high) >> (i - last);");
        writer.Line("return rest != 0 ? i + BitOperations.TrailingZeroCount(rest) : input.Length;");
        writer.Close();
        writer.Line();
        writer.Line("// A bit for each of sixteen octets that is not in the set.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open("private static uint Others(ReadOnlySpan<byte> sixteen, Vector128<byte> low, Vector128<byte> high)");
        writer.Line("Vector128<byte> octets = Vector128.Create(sixteen);");
        writer.Line("Vector128<byte> common = LookUp(low, octets & Vector128.Create((byte)0x0F)) & LookUp(high, Vector128.ShiftRightLogical(octets, 4));");
        writer.Line("return Vector128.Equals(common, Vector128<byte>.Zero).ExtractMostSignificantBits();");
        writer.Close();
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open("private static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> halves)");
        writer.Open("if (Ssse3.IsSupported)");
        writer.Line("return Ssse3.Shuffle(table, halves);");
        writer.Close();
        writer.Line();
        writer.Line("return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.VectorTableLookup(table, halves) : Vector128.Shuffle(table, halves);");
        writer.Close();
        writer.Line();
    }

    /// <summary>For each upper half of an octet, the lower halves with which it is in the set, as bits.</summary>
    private static int[] Rows(ByteSet set)
    {
        var rows = new int[16];
        for (int octet = 0; octet < 256; octet++)
        {
            rows[octet >> 4] |= (set.Contains(octet) ? 1 : 0) << (octet & 15);
        }

        return rows;
    }
}
