using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Watches the subset construction for two readings that meet at one node, inside of the same calls, with different captures
/// behind them. From such a meeting every continuation is read both ways, and where there is none every input is captured in one
/// way only. <see cref="WitnessSearch"/> looks for the shortest input that comes by a meeting.
/// </summary>
internal sealed class AmbiguityWitness
{
    /// <summary>Of more meetings the later ones are not looked at: they are farther from the beginning.</summary>
    private const int MostMeetings = 20_000;

    /// <summary>How many inputs are tried. The first is a witness unless both readings capture the same in another order.</summary>
    private const int MostInputs = 40;

    private readonly List<Meeting> _meetings = new();
    private readonly HashSet<Meeting> _known = new();
    private (int State, int Way) _at;
    private bool _paused;

    /// <summary>Says which state and way out of it the construction is at; -1 before the first octet.</summary>
    internal void At(int state, int way)
    {
        _at = (state, way);
        _paused = false;
    }

    /// <summary>What follows is no part of the construction.</summary>
    internal void Pause() => _paused = true;

    /// <summary>A reading was dropped at a node because a preferred one with other captures is there already.</summary>
    internal void Dropped(NfaNode node, CallStack stack, EmptyRounds? rounds)
    {
        if (_paused || _meetings.Count >= MostMeetings)
        {
            return;
        }

        var meeting = new Meeting(_at.State, _at.Way, node, stack, node is ReadNode ? null : rounds);
        if (_known.Add(meeting))
        {
            _meetings.Add(meeting);
        }
    }

    /// <summary>Adds a diagnostic with the shortest input that has two readings, if there is one.</summary>
    internal void Tell(Nfa nfa, Transducer transducer, IReadOnlyList<Rule> captures, List<Diagnostic> diagnostics)
    {
        if (_meetings.Count == 0)
        {
            return;
        }

        int steps = ReadingSearch.MostSteps;
        foreach (byte[] input in new WitnessSearch(nfa, transducer, _meetings).Inputs().Take(MostInputs))
        {
            if (ReadingSearch.TryFindTwo(nfa, input, ref steps, out List<CapturedPlace> kept, out List<CapturedPlace> dropped))
            {
                CapturedPlace differing = ReadingSearch.Without(dropped, kept).Concat(ReadingSearch.Without(kept, dropped)).First();
                diagnostics.Add(new Diagnostic(
                    Descriptors.AmbiguousCaptures, captures[differing.Capture].NameSpan, captures[differing.Capture].Name,
                    Show(input), Describe(kept, dropped, captures), Describe(dropped, kept, captures)));
                return;
            }
        }
    }

    private static string Describe(List<CapturedPlace> reading, List<CapturedPlace> other, IReadOnlyList<Rule> captures)
    {
        List<string> own = ReadingSearch.Without(reading, other).Select(c => $"{captures[c.Capture].Name} at {c.Start}-{c.End}").ToList();
        return own.Count == 0 ? "nothing more" : string.Join(", ", own);
    }

    private static string Show(IEnumerable<byte> input) => "\"" + string.Concat(input.Select(octet => octet switch
    {
        (byte)'\r' => "\\r",
        (byte)'\n' => "\\n",
        (byte)'\t' => "\\t",
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        >= 0x20 and < 0x7F => ((char)octet).ToString(),
        _ => $"\\x{octet:x2}",
    })) + "\"";
}

/// <summary>
/// Two readings with different captures that met on a way out of a state: at which node, inside of which calls beyond those on the
/// parser's stack, and in which rounds that have read nothing.
/// </summary>
internal readonly record struct Meeting(int State, int Way, NfaNode Node, CallStack Stack, EmptyRounds? Rounds);
