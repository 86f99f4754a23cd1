using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The calls one reading is inside of beyond those that all readings share: the outermost first. Equal stacks are one object,
/// so that stacks are compared by reference.
/// </summary>
internal sealed class CallStack
{
    private CallStack(Dictionary<string, CallStack> known, int[] symbols)
    {
        Known = known;
        Symbols = symbols;
        Key = string.Join(".", symbols);
    }

    private Dictionary<string, CallStack> Known { get; }

    private int[] Symbols { get; }

    /// <summary>A text that is equal for equal stacks only.</summary>
    internal string Key { get; }

    internal int Depth => Symbols.Length;

    internal bool IsEmpty => Symbols.Length == 0;

    /// <summary>The outermost call.</summary>
    internal int Bottom => Symbols[0];

    /// <summary>The innermost call.</summary>
    internal int Top => Symbols[Symbols.Length - 1];

    /// <summary>The calls, the innermost first.</summary>
    internal IEnumerable<int> FromTop() => Symbols.Reverse();

    internal static CallStack CreateEmpty()
    {
        var known = new Dictionary<string, CallStack>();
        var empty = new CallStack(known, new int[0]);
        known.Add(empty.Key, empty);
        return empty;
    }

    internal CallStack Push(int symbol) => Intern(Symbols.Concat(new[] { symbol }));

    internal CallStack Pop() => Intern(Symbols.Take(Symbols.Length - 1));

    /// <summary>These calls and then, further inside, others.</summary>
    internal CallStack Followed(CallStack inner) => Intern(Symbols.Concat(inner.Symbols));

    /// <summary>Whether these calls are the first of another stack's.</summary>
    internal bool IsBeginningOf(CallStack other) => Depth <= other.Depth && other.Symbols.Take(Depth).SequenceEqual(Symbols);

    /// <summary>The outermost calls, so many of them.</summary>
    internal CallStack Outermost(int count) => Intern(Symbols.Take(count));

    /// <summary>The calls inside of the outermost, so many of them left out.</summary>
    internal CallStack Within(int count) => Intern(Symbols.Skip(count));

    internal CallStack WithoutBottom() => Within(1);

    private CallStack Intern(IEnumerable<int> symbols)
    {
        var stack = new CallStack(Known, symbols.ToArray());
        if (Known.TryGetValue(stack.Key, out CallStack? known))
        {
            return known;
        }

        Known.Add(stack.Key, stack);
        return stack;
    }
}
