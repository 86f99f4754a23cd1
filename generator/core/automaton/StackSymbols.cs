using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>One of the ways a symbol of the parser's stack stands for: calls, the outermost first, and the top-level alternative or -1.</summary>
internal readonly record struct SharedCall(CallStack Calls, int Alternative);

/// <summary>
/// The symbols of the parser's stack. Each call has one; and where readings are inside of the same rule by different calls, all
/// these calls together have one, so that what is inside is followed once for all of them.
/// </summary>
internal sealed class StackSymbols
{
    private readonly List<IReadOnlyList<SharedCall>> _symbols = new();
    private readonly Dictionary<string, int> _shared = new();

    internal StackSymbols(IReadOnlyList<CallSite> calls)
    {
        for (int symbol = 0; symbol < calls.Count; symbol++)
        {
            _symbols.Add(new[] { new SharedCall(NoCalls.Push(symbol), -1) });
        }
    }

    /// <summary>The stack that all others are made from.</summary>
    internal CallStack NoCalls { get; } = CallStack.CreateEmpty();

    internal int Count => _symbols.Count;

    /// <summary>What a symbol stands for, the preferred way first.</summary>
    internal IReadOnlyList<SharedCall> this[int symbol] => _symbols[symbol];

    /// <summary>The symbol of several ways together.</summary>
    internal int Intern(IReadOnlyList<SharedCall> ways)
    {
        string key = string.Join(";", ways.Select(way => $"{way.Calls.Id},{way.Alternative}"));
        if (!_shared.TryGetValue(key, out int symbol))
        {
            symbol = _symbols.Count;
            _shared.Add(key, symbol);
            _symbols.Add(ways);
        }

        return symbol;
    }
}
