using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// The calls one reading is inside of beyond those that all readings share: the outermost first. Equal stacks are one object,
/// so that stacks are compared by reference: they are the nodes of a tree, each a call further inside than the one above it.
/// </summary>
internal sealed class CallStack
{
    private readonly Counter _counter;
    private readonly CallStack? _outer;
    private Dictionary<int, CallStack>? _inner;
    private CallStack? _withoutBottom;

    private CallStack(Counter counter, CallStack? outer, int symbol)
    {
        _counter = counter;
        _outer = outer;
        Id = counter.Next();
        Depth = outer == null ? 0 : outer.Depth + 1;
        Top = symbol;
        Bottom = Depth > 1 ? outer!.Bottom : symbol;
    }

    /// <summary>A number no other stack made from the same empty one has.</summary>
    internal int Id { get; }

    internal int Depth { get; }

    internal bool IsEmpty => Depth == 0;

    /// <summary>The outermost call; -1 when there is none.</summary>
    internal int Bottom { get; }

    /// <summary>The innermost call; -1 when there is none.</summary>
    internal int Top { get; }

    internal static CallStack CreateEmpty() => new(new Counter(), null, -1);

    /// <summary>The calls, the innermost first.</summary>
    internal IEnumerable<int> FromTop()
    {
        for (CallStack stack = this; stack._outer != null; stack = stack._outer)
        {
            yield return stack.Top;
        }
    }

    internal CallStack Push(int symbol)
    {
        _inner ??= new Dictionary<int, CallStack>();
        if (!_inner.TryGetValue(symbol, out CallStack? inner))
        {
            inner = new CallStack(_counter, this, symbol);
            _inner.Add(symbol, inner);
        }

        return inner;
    }

    internal CallStack Pop() => _outer!;

    /// <summary>These calls and then, further inside, others.</summary>
    internal CallStack Followed(CallStack inner) => inner._outer == null ? this : Followed(inner._outer).Push(inner.Top);

    /// <summary>Whether these calls are the first of another stack's.</summary>
    internal bool IsBeginningOf(CallStack other) => Depth <= other.Depth && other.Outermost(Depth) == this;

    /// <summary>The outermost calls, so many of them.</summary>
    internal CallStack Outermost(int count)
    {
        CallStack stack = this;
        while (stack.Depth > count)
        {
            stack = stack._outer!;
        }

        return stack;
    }

    /// <summary>The calls inside of the outermost, so many of them left out.</summary>
    internal CallStack Within(int count)
    {
        CallStack stack = this;
        for (; count > 0; count--)
        {
            stack = stack.WithoutBottom();
        }

        return stack;
    }

    internal CallStack WithoutBottom() => _withoutBottom ??= Depth == 1 ? _outer! : _outer!.WithoutBottom().Push(Top);

    /// <summary>Numbers the stacks made from one empty one.</summary>
    private sealed class Counter
    {
        private int _last;

        internal int Next() => _last++;
    }
}
