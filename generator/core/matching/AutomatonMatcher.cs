using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>One occurrence of a captured rule: offsets in octets, the end exclusive.</summary>
public readonly record struct Capture(Rule Rule, int Start, int End);

/// <summary>
/// Runs an automaton as data, without generated code: for the command line and for tests. Reads a whole input at a time.
/// </summary>
public sealed class AutomatonMatcher : IMatcher
{
    private readonly Automaton _automaton;
    private readonly int[] _starts;
    private readonly Stack<int> _nestedStarts = new();
    private readonly Stack<int> _calls = new();
    private readonly int _maximumDepth;
    private bool _tooDeep;
    private readonly int[] _registers;
    private readonly List<Capture> _captures = new();
    private int _alternative;

    /// <summary>Makes a matcher for one automaton. One input at a time.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="maximumDepth">How deep rules may nest; an input that goes deeper does not match.</param>
    public AutomatonMatcher(Automaton automaton, int maximumDepth = 64)
    {
        _maximumDepth = maximumDepth;
        _automaton = automaton;
        _starts = new int[automaton.Captures.Count];
        _registers = new int[automaton.RegisterCount];
    }

    /// <summary>The captures of the last match, in the order in which they end.</summary>
    public IReadOnlyList<Capture> Captures => _captures;

    /// <summary>The name of the alternative of the last match.</summary>
    public string Alternative => _alternative < 0 ? "" : _automaton.Alternatives[_alternative];

    /// <summary>The offset of the octet that was not acceptable, or the input's length where it ended too early.</summary>
    public int FailedAt { get; private set; }

    /// <inheritdoc/>
    public string FailedRule => LastState.RuleName.Length > 0 ? LastState.RuleName : _automaton.Root.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Expected => LastState.Expected;

    /// <summary>The state the last input ended or failed in, for its explanation.</summary>
    public AutomatonState LastState { get; private set; } = new(new int[0]);

    /// <summary>Whether the whole input is a sentence.</summary>
    public bool Match(byte[] input)
    {
        _captures.Clear();
        _nestedStarts.Clear();
        _calls.Clear();
        _tooDeep = false;
        _alternative = -1;
        Perform(_automaton.InitialActions, 0);
        LastState = _automaton.States[0];
        for (int i = 0; i < input.Length; i++)
        {
            int next = LastState.Next[_automaton.Classes[input[i]]];
            if (next < 0)
            {
                FailedAt = i;
                return false;
            }

            AutomatonState before = LastState;
            Take(next, i + 1);
            while (LastState.IsReturning)
            {
                Take(LastState.Next[_calls.Pop()], i + 1);
            }

            if (_tooDeep)
            {
                FailedAt = i;
                LastState = before;
                return false;
            }
        }

        FailedAt = input.Length;
        if (!LastState.IsAccepting)
        {
            return false;
        }

        Perform(LastState.FinalActions, input.Length);
        return true;
    }

    private void Take(int edgeNumber, int position)
    {
        AutomatonEdge edge = _automaton.Edges[edgeNumber];
        LastState = _automaton.States[edge.Target];
        Perform(edge.Actions, position);
    }

    private void Perform(IReadOnlyList<ParserAction> actions, int position)
    {
        foreach (ParserAction action in actions)
        {
            int place = action.Place.IsRegister ? _registers[action.Place.Value] : position - action.Place.Value;
            switch (action.Kind)
            {
                case ActionKind.SetAlternative:
                    _alternative = action.Index;
                    break;
                case ActionKind.Open when _automaton.NestedCaptures[action.Index]:
                    _nestedStarts.Push(place);
                    break;
                case ActionKind.Open:
                    _starts[action.Index] = place;
                    break;
                case ActionKind.Close:
                    int start = _automaton.NestedCaptures[action.Index] ? _nestedStarts.Pop() : _starts[action.Index];
                    _captures.Add(new Capture(_automaton.Captures[action.Index], start, place));
                    break;
                case ActionKind.Push:
                    _tooDeep |= _calls.Count >= _maximumDepth;
                    _calls.Push(action.Index);
                    break;
                case ActionKind.SetRegister:
                    _registers[action.Index] = place;
                    break;
            }
        }
    }
}
