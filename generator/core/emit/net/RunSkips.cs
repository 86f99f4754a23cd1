using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Skips runs of octets of one set, by windows: a window is the next 64 octets of the input with a bit for each that is not in the
/// set. The end of a run is the lowest bit from where it begins, so that within a window a run costs a shift and a count, and
/// several runs of one set in a row, as the labels of a domain, are found by one look at the octets: it is the time from one index
/// to the next that makes a parser slow, not the work.
///
/// Whether an octet is in the set is looked up by its halves. The octets with the same upper half are a row of the set; rows
/// that are alike share a bit, and up to eight different rows have room in an octet. The lower half is looked up in a table of
/// the rows that have it, the upper half in a table of which row it is: the octet is in the set if the two have a bit in common.
/// </summary>
internal sealed class RunSkips
{
    private const int MostRows = 8;
    private const int Window = 64;

    private readonly List<ByteSet> _sets = new();
    private readonly Dictionary<ByteSet, int> _numbers = new();

    /// <summary>Whether there are any.</summary>
    internal bool HasAny => _sets.Count > 0;

    /// <summary>Writes the variables of a window, which is not yet anywhere.</summary>
    internal static void WriteLocals(CodeWriter writer, int number)
    {
        writer.Line($"int from{number} = -{Window};");
        writer.Line($"ulong others{number} = 0;");
    }

    /// <summary>Skips from index i on; goes to a label where the run does not end within the window.</summary>
    internal static void WriteUse(CodeWriter writer, int number, string label)
    {
        writer.Open($"if ((uint)(i - from{number}) >= {Window})");
        writer.Line($"from{number} = Math.Max(0, Math.Min(i, input.Length - {Window}));");
        writer.Line($"others{number} = Others{number}(input, from{number});");
        writer.Close();
        writer.Line();
        writer.Line($"run = others{number} >> (i - from{number});");
        writer.Open("if (run == 0)");
        writer.Line($"i = Math.Min(from{number} + {Window}, input.Length);");
        writer.Line($"goto {label};");
        writer.Close();
        writer.Line();
        writer.Line("i += BitOperations.TrailingZeroCount(run);");
    }

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

        writer.Line($"// In a run: {string.Join(", ", set.Ranges().Select(r => OctetNames.Describe(r.First, r.Last)))}.");
        writer.Open($"private static ulong Others{number}(ReadOnlySpan<byte> input, int from)");
        writer.Line("return Others(");
        writer.Indent();
        writer.Line("input,");
        writer.Line("from,");
        writer.Line($"Vector128.Create((byte){string.Join(", ", low)}),");
        writer.Line($"Vector128.Create((byte){string.Join(", ", high)}));");
        writer.Outdent();
        writer.Close();
        writer.Line();
    }

    private static void WriteShared(CodeWriter writer)
    {
        writer.Line($"// A bit for each of the {Window} octets of the window that has no bit in common in the two tables, one for its lower half and one for");
        writer.Line("// its upper half. A short input is a window as it is; one too short for a vector has no runs.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open("private static ulong Others(ReadOnlySpan<byte> input, int from, Vector128<byte> low, Vector128<byte> high)");
        writer.Line("int length = input.Length;");
        writer.Open($"if (length >= {Window})");
        writer.Line("return Others32(input.Slice(from, 32), low, high) | (ulong)Others32(input.Slice(from + 32, 32), low, high) << 32;");
        writer.Close();
        writer.Line();
        writer.Open("if (length >= 32)");
        writer.Line("return Others32(input.Slice(0, 32), low, high) | (ulong)Others32(input.Slice(length - 32, 32), low, high) << (length - 32);");
        writer.Close();
        writer.Line();
        writer.Open("if (length >= 16 && Vector128.IsHardwareAccelerated)");
        writer.Line("return Others16(input.Slice(0, 16), low, high) | (ulong)Others16(input.Slice(length - 16, 16), low, high) << (length - 16);");
        writer.Close();
        writer.Line();
        writer.Line("return ulong.MaxValue;");
        writer.Close();
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open("private static uint Others32(ReadOnlySpan<byte> octets, Vector128<byte> low, Vector128<byte> high)");
        writer.Open("if (!Avx2.IsSupported)");
        writer.Line("return Others16(octets.Slice(0, 16), low, high) | Others16(octets.Slice(16, 16), low, high) << 16;");
        writer.Close();
        writer.Line();
        writer.Line("Vector256<byte> values = Vector256.Create(octets);");
        writer.Line("Vector256<byte> lower = Avx2.Shuffle(Vector256.Create(low, low), values & Vector256.Create((byte)0x0F));");
        writer.Line("Vector256<byte> upper = Avx2.Shuffle(Vector256.Create(high, high), Vector256.ShiftRightLogical(values, 4));");
        writer.Line("return Vector256.Equals(lower & upper, Vector256<byte>.Zero).ExtractMostSignificantBits();");
        writer.Close();
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Open("private static uint Others16(ReadOnlySpan<byte> octets, Vector128<byte> low, Vector128<byte> high)");
        writer.Line("Vector128<byte> values = Vector128.Create(octets);");
        writer.Line("Vector128<byte> common = LookUp(low, values & Vector128.Create((byte)0x0F)) & LookUp(high, Vector128.ShiftRightLogical(values, 4));");
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
