using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Which comparisons lead where, and so where code stands best: an edge that one comparison leads to stands behind that
/// comparison, and a state that is only ever found by its number need not note it.
/// </summary>
internal sealed class CodeJumps
{
    private readonly Dictionary<int, CodedEdge> _edges = new();
    private readonly HashSet<int> _inline = new();
    private readonly Dictionary<int, int> _entries = new();

    internal CodeJumps(Automaton automaton, CodeLayout layout, IReadOnlyCollection<CodedState> states)
    {
        foreach (var uses in states.SelectMany(s => s.Tests.Select(t => (State: s, t.Edge))).Where(u => u.Edge >= 0).GroupBy(u => u.Edge))
        {
            var edge = new CodedEdge(automaton, layout, uses.Key);
            _edges.Add(edge.Number, edge);

            // A jump table leads to it as cheaply wherever it is.
            if (uses.Count() == 1 && !uses.First().State.IsSwitch && !edge.IsBare)
            {
                _inline.Add(edge.Number);
            }

            // A state that comes to itself has its number; one that another state leaves octets to may have that one's.
            int arrivals = uses.Count(u => u.State.State != edge.Edge.Target || u.State.IsLiked);
            if (edge.IsStraight && arrivals > 0)
            {
                _entries[edge.Edge.Target] = Entries(edge.Edge.Target) + (edge.IsBare ? arrivals : 1);
            }
        }
    }

    /// <summary>Whether there is an edge with a capture that is noted behind all else.</summary>
    internal bool HasRecords => _edges.Values.Any(e => e.Recorded != null);

    /// <summary>Whether there is an edge with captures that are noted one by one.</summary>
    internal bool HasStops => _edges.Values.Any(e => e.IsStopping);

    internal CodedEdge Edge(int edge) => _edges[edge];

    /// <summary>Whether an edge's code stands behind the one comparison that leads to it.</summary>
    internal bool IsInline(int edge) => _inline.Contains(edge);

    /// <summary>The edges whose code stands for itself, in order.</summary>
    internal IEnumerable<CodedEdge> Apart => _edges.Values.Where(e => !e.IsBare && !_inline.Contains(e.Number)).OrderBy(e => e.Number);

    /// <summary>How many places go straight to a state's code that may not have noted its number.</summary>
    internal int Entries(int state) => _entries.TryGetValue(state, out int entries) ? entries : 0;
}
