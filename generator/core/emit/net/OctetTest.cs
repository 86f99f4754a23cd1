using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>The forms of a test.</summary>
internal enum OctetTestKind
{
    /// <summary>Every octet passes.</summary>
    Always,

    /// <summary>The octets of a range pass.</summary>
    Range,

    /// <summary>The octets outside of a range pass.</summary>
    OutsideRange,

    /// <summary>The octets of an irregular set pass.</summary>
    Set,
}

/// <summary>The cheapest test that tells the octets of one edge from those that have not been tested yet.</summary>
internal sealed class OctetTest
{
    private readonly OctetTestKind _kind;
    private readonly OctetRange _range;
    private readonly string _member;

    private OctetTest(OctetTestKind kind, OctetRange range, string member)
    {
        _kind = kind;
        _range = range;
        _member = member;
    }

    internal bool IsAlways => _kind == OctetTestKind.Always;

    /// <summary>Whether one octet alone passes, or one letter in both cases.</summary>
    internal bool IsLiteral(out OctetRange octet)
    {
        octet = _range;
        return _kind == OctetTestKind.Range && _range.First == _range.Last;
    }

    /// <summary>Finds the test.</summary>
    /// <param name="octets">What shall pass.</param>
    /// <param name="tested">What does not come here because tests before have caught it.</param>
    /// <param name="sets">Takes the set where nothing cheaper will do.</param>
    internal static OctetTest Of(ByteSet octets, ByteSet tested, OctetSets sets)
    {
        List<int> others = Enumerable.Range(0, 256).Where(o => !octets.Contains(o) && !tested.Contains(o)).ToList();
        if (others.Count == 0)
        {
            return new OctetTest(OctetTestKind.Always, default, "");
        }

        if (TryCover(Enumerable.Range(0, 256).Where(octets.Contains).ToList(), others, out OctetRange range))
        {
            return new OctetTest(OctetTestKind.Range, range, "");
        }

        if (TryCover(others, Enumerable.Range(0, 256).Where(octets.Contains).ToList(), out range))
        {
            return new OctetTest(OctetTestKind.OutsideRange, range, "");
        }

        return new OctetTest(OctetTestKind.Set, default, sets.Member(octets));
    }

    /// <summary>The expression that is true for the octets that pass.</summary>
    internal string Passes => _kind switch
    {
        OctetTestKind.Always => "true",
        OctetTestKind.Range => IsIn(_range),
        OctetTestKind.OutsideRange => IsNotIn(_range),
        _ => _member + " != 0",
    };

    /// <summary>The expression that is true for all other octets.</summary>
    internal string Stops => _kind switch
    {
        OctetTestKind.Always => "false",
        OctetTestKind.Range => IsNotIn(_range),
        OctetTestKind.OutsideRange => IsIn(_range),
        _ => _member + " == 0",
    };

    /// <summary>A range that has all of some octets and none of others; octets in neither do not matter.</summary>
    private static bool TryCover(List<int> octets, List<int> others, out OctetRange range)
    {
        int first = octets[0];
        int last = octets[octets.Count - 1];
        range = new OctetRange(0, first, last);
        if (!others.Any(range.Contains))
        {
            return true;
        }

        // Letters in both cases, as one range of small ones.
        int firstSmall = octets.Min(o => o | 0x20);
        int lastSmall = octets.Max(o => o | 0x20);
        OctetRange small = range = new OctetRange(0x20, firstSmall, lastSmall);
        return octets.TrueForAll(o => small.Contains(o)) && !others.Exists(o => small.Contains(o));
    }

    private static string IsIn(OctetRange range) => range.First == range.Last
        ? $"{Masked(range)} == {Number(range.First)}"
        : range.First == 0 && range.Mask == 0 ? $"octet <= {Number(range.Last)}"
        : range.Last == 0xFF ? $"{Masked(range)} >= {Number(range.First)}"
        : $"(uint)({Masked(range)} - {Number(range.First)}) <= {range.Last - range.First}";

    private static string IsNotIn(OctetRange range) => range.First == range.Last
        ? $"{Masked(range)} != {Number(range.First)}"
        : range.First == 0 && range.Mask == 0 ? $"octet > {Number(range.Last)}"
        : range.Last == 0xFF ? $"{Masked(range)} < {Number(range.First)}"
        : $"(uint)({Masked(range)} - {Number(range.First)}) > {range.Last - range.First}";

    private static string Masked(OctetRange range) => range.Mask == 0 ? "octet" : $"(octet | 0x{range.Mask:X2})";

    private static string Number(int octet) => OctetLiterals.Of(octet);
}
