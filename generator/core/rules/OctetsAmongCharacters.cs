using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Finds octets past ASCII that stand among characters: in "%xB7 / %x100-17F" the first is one octet and the second two, and
/// whoever wrote it thought of characters both times.
/// </summary>
internal static class OctetsAmongCharacters
{
    /// <summary>Adds a warning for each such octet, or range of octets, among alternatives and in those inside of them.</summary>
    internal static void Check(IReadOnlyList<Element> alternatives, List<Diagnostic> diagnostics)
    {
        Element? character = alternatives.FirstOrDefault(a => HighestOf(a) > 0xFF);
        foreach (Element alternative in alternatives)
        {
            if (character != null && HighestOf(alternative) is > 0x7F and <= 0xFF)
            {
                diagnostics.Add(new Diagnostic(Descriptors.OctetAmongCharacters, alternative.Span, alternative.Span.Text, character.Span.Text, InUtf8(alternative)));
            }

            CheckInside(alternative, diagnostics);
        }
    }

    private static void CheckInside(Element element, List<Diagnostic> diagnostics)
    {
        switch (element)
        {
            case Alternation alternation:
                Check(alternation.Alternatives, diagnostics);
                break;
            case Concatenation concatenation:
                foreach (Element part in concatenation.Parts)
                {
                    CheckInside(part, diagnostics);
                }

                break;
            case Repetition repetition:
                CheckInside(repetition.Element, diagnostics);
                break;
        }
    }

    /// <summary>The highest value of a range or a single value; -1 of anything else.</summary>
    private static int HighestOf(Element element) => element switch
    {
        NumericRange range => range.Last,
        NumericSequence { Values: { Count: 1 } values } => values[0],
        _ => -1,
    };

    private static string InUtf8(Element element)
    {
        (int first, int last) = element is NumericRange range ? (range.First, range.Last) : (HighestOf(element), HighestOf(element));
        return string.Join(" / ", Utf8Ranges.Split(first, last).Select(ways => string.Join(" ", ways.Select(Text))));
    }

    private static string Text((int First, int Last) octets) =>
        octets.First == octets.Last ? $"%x{octets.First:X2}" : $"%x{octets.First:X2}-{octets.Last:X2}";
}
