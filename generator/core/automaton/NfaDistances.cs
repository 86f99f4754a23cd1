using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// How many octets each node of an automaton is from the end of the rule it is in (of the root, or of one that is called), and
/// which way is shortest.
/// </summary>
internal sealed class NfaDistances
{
    /// <summary>From here on nobody reads an example.</summary>
    internal const int Far = 100_000;

    private readonly int[] _distance;
    private readonly NfaNode?[] _next;

    internal NfaDistances(Nfa nfa)
    {
        _distance = Enumerable.Repeat(Far, nfa.NodeCount).ToArray();
        _next = new NfaNode?[nfa.NodeCount];
        Spread(Reachable(nfa.Start, nfa.NodeCount), nfa.NodeCount);
    }

    /// <summary>How far a node is from the end of its rule; <see cref="Far"/> or more if that is out of reach.</summary>
    internal int ToEnd(NfaNode node) => _distance[node.Id];

    /// <summary>What is read on the shortest way from a node to the end of its rule, then from each of the callers' nodes.</summary>
    internal IEnumerable<ByteSet> ShortestFrom(NfaNode node, IEnumerable<NfaNode> callers)
    {
        var open = new Stack<NfaNode>(callers.Reverse());
        open.Push(node);
        while (open.Count > 0)
        {
            node = open.Pop();
            switch (node)
            {
                case AcceptNode or ReturnNode:
                    continue;
                case ReadNode read:
                    yield return read.Set;
                    break;
                case CallNode call:
                    open.Push(call.Next);
                    break;
            }

            open.Push(_next[node.Id]!);
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
        CallNode call => new[] { call.Entry, call.Next },
        _ => new NfaNode[0],
    };

    /// <summary>Spreads distances from the ends backwards, the shortest first, so that each is final when it is met.</summary>
    private void Spread(List<NfaNode> nodes, int nodeCount)
    {
        var previous = new List<NfaNode>?[nodeCount];
        var open = new BucketQueue<NfaNode>(Far - 1);
        foreach (NfaNode node in nodes)
        {
            foreach (NfaNode next in NextOf(node))
            {
                (previous[next.Id] ??= new List<NfaNode>()).Add(node);
            }

            if (node is AcceptNode or ReturnNode)
            {
                Shorten(node, 0, null, open);
            }
        }

        while (open.TryTake(out int distance, out NfaNode node))
        {
            if (distance > _distance[node.Id])
            {
                continue;
            }

            foreach (NfaNode before in previous[node.Id] ?? new List<NfaNode>())
            {
                switch (before)
                {
                    case ReadNode read when !read.Set.IsEmpty:
                        Shorten(before, distance + 1, node, open);
                        break;
                    case CallNode call:
                        Shorten(before, _distance[call.Entry.Id] + _distance[call.Next.Id], call.Entry, open);
                        break;
                    case not ReadNode:
                        Shorten(before, distance, node, open);
                        break;
                }
            }
        }
    }

    private void Shorten(NfaNode node, int distance, NfaNode? next, BucketQueue<NfaNode> open)
    {
        if (distance < _distance[node.Id])
        {
            _distance[node.Id] = distance;
            _next[node.Id] = next;
            open.Add(distance, node);
        }
    }
}
