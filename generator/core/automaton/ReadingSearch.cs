using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

namespace SmtpEmbedded.Abnf;

/// <summary>One occurrence of a captured rule, by its index.</summary>
internal readonly record struct CapturedPlace(int Capture, int Start, int End);

/// <summary>Finds readings of a short input one after the other, the preferred first: to show an author what is ambiguous.</summary>
internal sealed class ReadingSearch
{
    /// <summary>Enough for the short inputs that show an ambiguity, and a bound for those that would not end.</summary>
    internal const int MostSteps = 400_000;

    private readonly Nfa _nfa;
    private readonly byte[] _input;
    private readonly HashSet<(NfaNode, int, CallStack)> _hopeless = new();
    private readonly HashSet<(NfaNode, int, CallStack, Events)> _tried = new();
    private readonly Stack<int> _roundStarts = new();
    private List<CapturedPlace>? _first;
    private List<CapturedPlace>? _second;
    private int _steps;

    private ReadingSearch(Nfa nfa, byte[] input, int steps)
    {
        _nfa = nfa;
        _input = input;
        _steps = steps;
    }

    /// <summary>Finds the preferred reading and one with other captures.</summary>
    internal static bool TryFindTwo(Nfa nfa, byte[] input, ref int steps, out List<CapturedPlace> preferred, out List<CapturedPlace> other)
    {
        var search = new ReadingSearch(nfa, input, steps);
        try
        {
            search.Follow(nfa.Start, 0, CallStack.CreateEmpty(), new Events(null, default, 0));
        }
        catch (InsufficientExecutionStackException)
        {
            // Then it is not told.
        }

        steps = search._steps;
        preferred = search._first ?? new List<CapturedPlace>();
        other = search._second ?? new List<CapturedPlace>();
        return search._second != null;
    }

    /// <summary>Follows every way from a node; true when some way read the rest of the input. It ends, for empty rounds are not made.</summary>
    private bool Follow(NfaNode node, int at, CallStack stack, Events events)
    {
        if (_second != null || _hopeless.Contains((node, at, stack)) || --_steps < 0)
        {
            return false;
        }

        if (node is ReadNode && !_tried.Add((node, at, stack, events)))
        {
            // The same captures by another way.
            return true;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        bool found = false;
        switch (node)
        {
            case AcceptNode:
                found = at == _input.Length;
                if (found)
                {
                    Note(events);
                }

                break;
            case ReadNode read:
                found = at < _input.Length && read.Set.Contains(_input[at]) && Follow(read.Next, at + 1, stack, events);
                break;
            case EventNode { Event.Kind: CaptureEventKind.Alternative } happening:
                found = Follow(happening.Next, at, stack, events);
                break;
            case EventNode happening:
                found = Follow(happening.Next, at, stack, events.With(happening.Event, at));
                break;
            case CallNode call:
                found = Follow(call.Entry, at, stack.Push(call.Symbol), events);
                break;
            case ReturnNode:
                found = Follow(_nfa.Calls[stack.Top].Next, at, stack.Pop(), events);
                break;
            case RoundNode { IsEnd: false } round:
                _roundStarts.Push(at);
                found = Follow(round.Next, at, stack, events);
                _roundStarts.Pop();
                break;
            case RoundNode round:
                int start = _roundStarts.Pop();
                found = at > start && Follow(round.Next, at, stack, events);
                _roundStarts.Push(start);
                break;
            case ChoiceNode choice:
                foreach (NfaNode way in choice.Ways)
                {
                    found |= Follow(way, at, stack, events);
                }

                break;
        }

        // In front of an octet a round that has read nothing makes no difference any more; elsewhere it does.
        if (!found && node is ReadNode)
        {
            _hopeless.Add((node, at, stack));
        }

        return found;
    }

    private void Note(Events last)
    {
        var starts = new Dictionary<int, Stack<int>>();
        var places = new List<CapturedPlace>();
        foreach (Events happened in last.FromFirst())
        {
            int capture = happened.Event.Index;
            if (!starts.TryGetValue(capture, out Stack<int>? open))
            {
                starts.Add(capture, open = new Stack<int>());
            }

            if (happened.Event.Kind == CaptureEventKind.Open)
            {
                open.Push(happened.At);
            }
            else
            {
                places.Add(new CapturedPlace(capture, open.Pop(), happened.At));
            }
        }

        if (_first == null)
        {
            _first = places;
        }
        else if (_first.Count != places.Count || Without(_first, places).Count > 0)
        {
            _second = places;
        }
    }

    /// <summary>What one reading has and another has not; a place that is captured twice counts twice.</summary>
    internal static List<CapturedPlace> Without(List<CapturedPlace> reading, List<CapturedPlace> other)
    {
        var rest = new List<CapturedPlace>(other);
        return reading.Where(place => !rest.Remove(place)).ToList();
    }

    /// <summary>What happened in a reading so far, the last first. Equal ones are one object, so that they are compared by reference.</summary>
    private sealed class Events
    {
        private readonly Events? _before;
        private readonly Dictionary<(CaptureEvent, int), Events> _next = new();

        internal Events(Events? before, CaptureEvent captureEvent, int at)
        {
            _before = before;
            Event = captureEvent;
            At = at;
        }

        internal CaptureEvent Event { get; }

        internal int At { get; }

        internal Events With(CaptureEvent captureEvent, int at)
        {
            if (!_next.TryGetValue((captureEvent, at), out Events? next))
            {
                next = new Events(this, captureEvent, at);
                _next.Add((captureEvent, at), next);
            }

            return next;
        }

        internal IEnumerable<Events> FromFirst()
        {
            var all = new Stack<Events>();
            for (Events happened = this; happened._before != null; happened = happened._before)
            {
                all.Push(happened);
            }

            return all;
        }
    }
}
