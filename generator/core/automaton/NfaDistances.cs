using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>How many octets each node of an automaton is from its end, and which way is shortest.</summary>
internal sealed class NfaDistances
{
    private const int Far = int.MaxValue / 2;

    private readonly int[] _distance;
    private readonly NfaNode?[] _next;

    internal NfaDistances(Nfa nfa)
    {
        _distance = Enumerable.Repeat(Far, nfa.NodeCount).ToArray();
        _next = new NfaNode?[nfa.NodeCount];
        Relax(Reachable(nfa.Start, nfa.NodeCount));
    }

    internal int ToEnd(NfaNode node) => _distance[node.Id];

    /// <summary>Whether the end can be reached from a node.</summary>
    internal bool IsReachable(NfaNode node) => _distance[node.Id] < Far;

    /// <summary>One octet of each set on the shortest way from a node to the end.</summary>
    internal IEnumerable<int> ShortestFrom(NfaNode node)
    {
        while (node is not AcceptNode)
        {
            if (node is ReadNode read)
            {
                yield return Enumerable.Range(0, 256).First(read.Set.Contains);
            }

            node = _next[node.Id]!;
        }
    }

    private static List<NfaNode> Reachable(NfaNode start, int nodeCount)
    {
        var seen = new bool[nodeCount];
        var nodes = new List<NfaNode> { start };
        seen[start.Id] = true;
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (NfaNode next in NextOf(nodes[i]))
            {
                if (!seen[next.Id])
                {
                    seen[next.Id] = true;
                    nodes.Add(next);
                }
            }
        }

        return nodes;
    }

    private static IEnumerable<NfaNode> NextOf(NfaNode node) => node switch
    {
        ReadNode read => new[] { read.Next },
        EventNode happening => new[] { happening.Next },
        RoundNode round => new[] { round.Next },
        ChoiceNode choice => choice.Ways,
        _ => new NfaNode[0],
    };

    /// <summary>Spreads distances from the end backwards; a node's way costs one where it reads an octet.</summary>
    private void Relax(List<NfaNode> nodes)
    {
        ILookup<NfaNode, NfaNode> previous = nodes.SelectMany(n => NextOf(n).Select(next => (next, n))).ToLookup(p => p.next, p => p.n);
        var open = new LinkedList<NfaNode>();
        foreach (NfaNode node in nodes.Where(n => n is AcceptNode))
        {
            _distance[node.Id] = 0;
            open.AddLast(node);
        }

        while (open.Count > 0)
        {
            NfaNode node = open.First!.Value;
            open.RemoveFirst();
            foreach (NfaNode before in previous[node])
            {
                int cost = before is ReadNode read ? (read.Set.IsEmpty ? Far : 1) : 0;
                int distance = _distance[node.Id] + cost;
                if (distance < _distance[before.Id])
                {
                    _distance[before.Id] = distance;
                    _next[before.Id] = node;
                    if (cost == 0)
                    {
                        open.AddFirst(before);
                    }
                    else
                    {
                        open.AddLast(before);
                    }
                }
            }
        }
    }
}
