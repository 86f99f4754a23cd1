using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The states that are not simple as small tables: each is a list of ranges of classes, in order, with what is done and the next
/// state. States with the same list share it.
/// </summary>
internal sealed class TableLayout
{
    private readonly List<int> _ways = new();
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
        IsWide = layout.IsWide || _actions.Count > 254 || layout.ClassCount > 254;
        var known = new Dictionary<string, int>();
        for (int place = 0; place < layout.Coded.Count; place++)
        {
            var list = new List<int>();
            for (int kind = 0; kind <= layout.ClassCount; kind++)
            {
                bool isEnd = kind == layout.ClassCount;
                int edge = isEnd ? -1 : layout.Columns[kind][place];
                int doing = isEnd ? endings[place] : edge < 0 ? -1 : actionsOf[edge];
                int target = edge < 0 ? 0 : layout.Numbers[automaton.Edges[edge].Target];
                if (list.Count > 0 && list[list.Count - 2] == (doing < 0 ? Dead : doing) && list[list.Count - 1] == target)
                {
                    list[list.Count - 3] = kind;
                    continue;
                }

                list.Add(kind);
                list.Add(doing < 0 ? Dead : doing);
                list.Add(target);
            }

            string key = string.Join(",", list);
            if (!known.TryGetValue(key, out int start))
            {
                start = _ways.Count;
                known.Add(key, start);
                _ways.AddRange(list);
            }

            _starts.Add(start);
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

    /// <summary>What is done at the end, as if one more octet had been read: so it is often the same as what a line's end does.</summary>
    private static List<ParserAction> AsIfOneMore(IReadOnlyList<ParserAction> actions) =>
        actions.Select(a => a.Place.IsRegister ? a : new ParserAction(a.Kind, a.Index, Place.Ago(a.Place.Value + 1))).ToList();

    /// <summary>Three numbers a range: the last class, what is done, the next state. The end of the input is the class behind all others.</summary>
    internal IReadOnlyList<int> Ways => _ways;

    /// <summary>Where the list of each state begins.</summary>
    internal IReadOnlyList<int> Starts => _starts;

    /// <summary>What is done on edges, each once; the first has the number 1.</summary>
    internal IReadOnlyList<IReadOnlyList<ParserAction>> Actions => _actions;

    /// <summary>Whether anything is done.</summary>
    internal bool HasActions => _actions.Count > 0;

    /// <summary>Whether the numbers need two octets.</summary>
    internal bool IsWide { get; }

    /// <summary>What is done where nothing is acceptable.</summary>
    internal int Dead => IsWide ? 0xFFFF : 0xFF;

    /// <summary>How many octets the tables take.</summary>
    internal int Size => (_ways.Count * (IsWide ? 2 : 1)) + (_starts.Count * (_ways.Count > 256 ? 2 : 1));
}
