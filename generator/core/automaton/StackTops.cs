using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Which symbols may be on top of the parser's stack in which state, told as the states are found: only those ways out of a
/// returning state are built that an input can take.
/// </summary>
internal sealed class StackTops
{
    /// <summary>On top of an empty stack.</summary>
    private const int Nothing = -1;

    private readonly Dictionary<(bool IsSymbol, int Id), HashSet<int>> _found = new();
    private readonly Dictionary<(bool IsSymbol, int Id), HashSet<(bool IsSymbol, int Id)>> _passedOn = new();
    private readonly Queue<(int State, int Symbol)> _new = new();

    /// <summary>How many pairs of a state and a symbol were found and not taken yet.</summary>
    internal int Count => _new.Count;

    /// <summary>Takes a state and a symbol that may be on top there.</summary>
    internal (int State, int Symbol) Take() => _new.Dequeue();

    /// <summary>The first state is entered with an empty stack.</summary>
    internal void Start(IReadOnlyList<ParserAction> actions)
    {
        var bottom = (true, Nothing);
        Add(bottom, Nothing);
        Pass(bottom, 0, actions);
    }

    /// <summary>A way from one state to another that reads an octet.</summary>
    internal void Read(int state, int target, IReadOnlyList<ParserAction> actions) => Pass((false, state), target, actions);

    /// <summary>A way to a state that takes a symbol off the stack: what was below it is on top.</summary>
    internal void Return(int symbol, int target, IReadOnlyList<ParserAction> actions) => Pass((true, symbol), target, actions);

    private void Pass((bool, int) tops, int target, IReadOnlyList<ParserAction> actions)
    {
        foreach (int symbol in actions.Where(a => a.Kind == ActionKind.Push).Select(a => a.Index))
        {
            Connect(tops, (true, symbol));
            tops = (false, ~symbol);
            Add(tops, symbol);
        }

        Connect(tops, (false, target));
    }

    /// <summary>What is on top in the one place, now or later, is on top in (or below a symbol) the other.</summary>
    private void Connect((bool, int) from, (bool, int) to)
    {
        if (!_passedOn.TryGetValue(from, out HashSet<(bool, int)>? targets))
        {
            _passedOn.Add(from, targets = new HashSet<(bool, int)>());
        }

        if (targets.Add(to) && _found.TryGetValue(from, out HashSet<int>? tops))
        {
            foreach (int symbol in tops.ToArray())
            {
                Add(to, symbol);
            }
        }
    }

    private void Add((bool IsSymbol, int Id) first, int symbol)
    {
        var open = new Stack<(bool IsSymbol, int Id)>();
        open.Push(first);
        while (open.Count > 0)
        {
            (bool IsSymbol, int Id) place = open.Pop();
            if (!_found.TryGetValue(place, out HashSet<int>? tops))
            {
                _found.Add(place, tops = new HashSet<int>());
            }

            if (!tops.Add(symbol))
            {
                continue;
            }

            if (!place.IsSymbol && place.Id >= 0 && symbol != Nothing)
            {
                _new.Enqueue((place.Id, symbol));
            }

            if (_passedOn.TryGetValue(place, out HashSet<(bool, int)>? targets))
            {
                foreach ((bool, int) target in targets)
                {
                    open.Push(target);
                }
            }
        }
    }
}
