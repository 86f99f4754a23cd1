using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The states that are not simple as small tables: each is a list of ranges of classes, in order, with what is done and the next
/// state. States with the same list share it, and one that is like another but for some classes has those alone.
/// </summary>
internal sealed class TableLayout
{
    /// <summary>A state that others are like is named by its place, in one octet.</summary>
    private const int MostLiked = 250;

    private readonly List<int> _ways = new();
    private readonly HashSet<int> _likes = new();
    private readonly List<int> _starts = new();
    private readonly List<IReadOnlyList<ParserAction>> _actions = new();

    internal TableLayout(Automaton automaton, CodeLayout layout)
    {
        var numbers = new Dictionary<string, int>();
        var actionsOf = new int[automaton.Edges.Count];
        for (int i = 0; i < actionsOf.Length; i++)
        {
            actionsOf[i] = NumberOf(automaton.Edges[i].Actions);
        }

        int[] endings = layout.Coded.Select(s => automaton.States[s].IsAccepting ? NumberOf(AsIfOneMore(automaton.States[s].FinalActions)) : -1).ToArray();
        IsWide = _actions.Count > 253 || layout.ClassCount > 254;
        IsFar = layout.IsWide && !IsWide;
        var states = new List<long[]>();
        for (int place = 0; place < layout.Coded.Count; place++)
        {
            long[] ways = Enumerable.Range(0, layout.ClassCount).Select(kind => layout.Columns[kind][place])
                .Select(edge => edge < 0 ? WayOf(Dead, 0) : WayOf(actionsOf[edge], layout.Numbers[automaton.Edges[edge].Target]))
                .Append(WayOf(endings[place] < 0 ? Dead : endings[place], 0)).ToArray();
            Add(Shortest(ways, states));
            states.Add(ways);
        }

        int NumberOf(IReadOnlyList<ParserAction> actions)
        {
            string key = string.Join(";", actions);
            if (actions.Count > 0 && !numbers.ContainsKey(key))
            {
                _actions.Add(actions);
                numbers.Add(key, _actions.Count);
            }

            return actions.Count == 0 ? 0 : numbers[key];
        }
    }

    private static long WayOf(int doing, int target) => ((long)doing << 32) | (uint)target;

    /// <summary>The list of a state: its own, or what differs from an earlier state, whichever is shorter.</summary>
    private List<int> Shortest(long[] ways, List<long[]> earlier)
    {
        List<int> best = ListOf(ways);
        for (int place = 0; place < earlier.Count && place < MostLiked; place++)
        {
            if (_likes.Contains(place))
            {
                continue;
            }

            long[] other = earlier[place];
            if (ways.SequenceEqual(other))
            {
                // The same list is shared as it is.
                return ListOf(ways);
            }

            long like = WayOf(Like, place);
            List<int> list = ListOf(ways.Select((way, kind) => way == other[kind] ? like : way).ToArray());
            if (list.Count < best.Count)
            {
                best = list;
            }
        }

        return best;
    }

    private List<int> ListOf(long[] ways)
    {
        var list = new List<int>();
        for (int kind = 0; kind < ways.Length; kind++)
        {
            if (kind + 1 == ways.Length || ways[kind + 1] != ways[kind])
            {
                list.Add(kind);
                list.Add((int)(ways[kind] >> 32));
                list.Add(IsFar ? (byte)ways[kind] : (int)ways[kind]);
                if (IsFar)
                {
                    list.Add((int)ways[kind] >> 8);
                }
            }
        }

        return list;
    }

    /// <summary>Adds a list, unless it is there already, be it as the end of another.</summary>
    private void Add(List<int> list)
    {
        if (Enumerable.Range(0, list.Count / Stride).Any(i => list[(Stride * i) + 1] == Like))
        {
            _likes.Add(_starts.Count);
        }

        int start = Enumerable.Range(0, (_ways.Count / Stride) + 1).Select(i => Stride * i).First(at => list.Take(_ways.Count - at).SequenceEqual(_ways.Skip(at).Take(list.Count)));
        _ways.AddRange(list.Skip(_ways.Count - start));
        _starts.Add(start);
    }

    /// <summary>What is done at the end, as if one more octet had been read: so it is often the same as what a line's end does.</summary>
    private static List<ParserAction> AsIfOneMore(IReadOnlyList<ParserAction> actions) =>
        actions.Select(a => a.Place.IsRegister ? a : new ParserAction(a.Kind, a.Index, Place.Ago(a.Place.Value + 1))).ToList();

    /// <summary>
    /// Three numbers a range: the last class, what is done, the next state; four where the next state takes two octets and nothing else does.
    /// The end of the input is the class behind all others.
    /// </summary>
    internal IReadOnlyList<int> Ways => _ways;

    /// <summary>Where the list of each state begins.</summary>
    internal IReadOnlyList<int> Starts => _starts;

    /// <summary>What is done on edges, each once; the first has the number 1.</summary>
    internal IReadOnlyList<IReadOnlyList<ParserAction>> Actions => _actions;

    /// <summary>Whether anything is done.</summary>
    internal bool HasActions => _actions.Count > 0;

    /// <summary>Whether the numbers need two octets.</summary>
    internal bool IsWide { get; }

    /// <summary>Whether the next state alone needs two octets: a third number for its low one, a fourth for its high one.</summary>
    internal bool IsFar { get; }

    /// <summary>How many numbers a range has.</summary>
    internal int Stride => IsFar ? 4 : 3;

    /// <summary>What is done where nothing is acceptable.</summary>
    internal int Dead => IsWide ? 0xFFFF : 0xFF;

    /// <summary>What is done where another state's list decides.</summary>
    internal int Like => Dead - 1;

    /// <summary>Whether some state leaves it to another.</summary>
    internal bool HasLike => _likes.Count > 0;

    /// <summary>How many octets the tables take.</summary>
    internal int Size => (_ways.Count * (IsWide ? 2 : 1)) + (_starts.Count * (_ways.Count > 256 ? 2 : 1));
}
