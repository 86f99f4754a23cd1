using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Octets that one comparison finds: a run of neighbours, or a letter in both cases. An octet is in it when, with the bits of
/// <see cref="Mask"/> set, it is at least <see cref="First"/> and at most <see cref="Last"/>.
/// </summary>
internal readonly record struct OctetRange(int Mask, int First, int Last)
{
    internal bool Contains(int octet) => (octet | Mask) >= First && (octet | Mask) <= Last;

    /// <summary>Finds the range that is exactly a set of octets, given in order.</summary>
    internal static bool TryCover(List<int> octets, out OctetRange range)
    {
        range = default;
        if (octets.Count == 0)
        {
            return false;
        }

        int first = octets[0];
        int last = octets[octets.Count - 1];
        if (last - first == octets.Count - 1)
        {
            range = new OctetRange(0, first, last);
            return true;
        }

        if (octets.Count == 2 && last == (first | 0x20) && first >= 'A' && first <= 'Z')
        {
            range = new OctetRange(0x20, last, last);
            return true;
        }

        return false;
    }
}
