using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Decides for each state in which order its octets are tested for, and how.</summary>
internal sealed class DirectPlanner
{
    /// <summary>A way back to the same state is worth skipping when at least so many octets take it.</summary>
    private const int LeastSkipped = 8;

    /// <summary>From so many ways of one or two octets on, a switch is better than tests one after the other.</summary>
    private const int LeastSwitched = 4;

    private const int MostSwitchedOctets = 2;

    private readonly Automaton _automaton;
    private readonly OctetSets _sets;
    private readonly RunSkips _skips;

    private DirectPlanner(Automaton automaton, OctetSets sets, RunSkips skips)
    {
        _automaton = automaton;
        _sets = sets;
        _skips = skips;
    }

    /// <summary>The plan of every state, in the automaton's order.</summary>
    internal static IReadOnlyList<DirectState> Plan(Automaton automaton, OctetSets sets, RunSkips skips)
    {
        var planner = new DirectPlanner(automaton, sets, skips);
        List<DirectState> states = automaton.States.Select((state, index) => planner.Plan(index, state)).ToList();
        LiteralRun.NoteAll(automaton, states);
        return states;
    }

    private DirectState Plan(int index, AutomatonState state)
    {
        SortedDictionary<int, ByteSet> ways = Ways(state);
        int skipped = -1;
        int skip = -1;
        foreach (KeyValuePair<int, ByteSet> way in ways)
        {
            if (IsLoop(index, way.Key) && way.Value.Count >= LeastSkipped)
            {
                skipped = way.Key;
                skip = _skips.NumberOf(way.Value);
            }
        }

        // What has been skipped is not there any more: it is tested for late.
        var tests = new List<DirectTest>();
        var tested = new ByteSet();
        bool switches = ways.Values.Count(w => w.Count <= MostSwitchedOctets) >= LeastSwitched;
        foreach (KeyValuePair<int, ByteSet> way in ways
            .OrderBy(w => IsSwitched(w.Value) ? 1 : 0)
            .ThenBy(w => skip >= 0 && w.Key == skipped ? 1 : -Weight(w.Value)))
        {
            tests.Add(new DirectTest(way.Key, way.Value, OctetTest.Of(way.Value, tested, _sets), IsSwitched(way.Value)));
            tested = tested.Union(way.Value);
        }

        return new DirectState(index, state, tests, skip);

        bool IsSwitched(ByteSet octets) => switches && octets.Count <= MostSwitchedOctets;
    }

    /// <summary>The octets by the edges they take.</summary>
    private SortedDictionary<int, ByteSet> Ways(AutomatonState state)
    {
        var ways = new SortedDictionary<int, ByteSet>();
        if (state.IsReturning)
        {
            return ways;
        }

        for (int octet = 0; octet < 256; octet++)
        {
            int edge = state.Next[_automaton.Classes[octet]];
            if (edge < 0)
            {
                continue;
            }

            if (!ways.TryGetValue(edge, out ByteSet? octets))
            {
                octets = new ByteSet();
                ways.Add(edge, octets);
            }

            octets.Add(octet);
        }

        return ways;
    }

    private bool IsLoop(int state, int edge) => _automaton.Edges[edge].Target == state && _automaton.Edges[edge].Actions.Count == 0;

    /// <summary>Roughly how often the octets of a set are met in what protocols send: the usual ones are tested for first.</summary>
    private static int Weight(ByteSet octets)
    {
        int weight = 0;
        for (int octet = 0; octet < 256; octet++)
        {
            if (octets.Contains(octet))
            {
                weight += octet switch
                {
                    >= 'a' and <= 'z' => 20,
                    >= 'A' and <= 'Z' or >= '0' and <= '9' => 10,
                    ' ' or '.' or '-' or '\r' or '\n' => 30,
                    '@' or '<' or '>' or '=' or ':' or ';' or ',' or '/' or '"' or '_' => 15,
                    >= 0x20 and < 0x7F => 3,
                    _ => 1,
                };
            }
        }

        return weight;
    }
}
