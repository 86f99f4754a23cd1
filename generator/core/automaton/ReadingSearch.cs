using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>One occurrence of a captured rule, by its index.</summary>
internal readonly record struct CapturedPlace(int Capture, int Start, int End);

/// <summary>Finds readings of a short input one after the other, the preferred first: to show an author what is ambiguous.</summary>
internal sealed class ReadingSearch
{
    /// <summary>Enough for the short inputs that show an ambiguity, and a bound for those that would not end.</summary>
    private const int MostSteps = 200_000;

    private readonly byte[] _input;
    private readonly HashSet<(NfaNode, int)> _hopeless = new();
    private readonly HashSet<(NfaNode, int)> _onWay = new();
    private readonly List<(CaptureEvent Event, int Place)> _events = new();
    private readonly Stack<int> _roundStarts = new();
    private List<CapturedPlace>? _first;
    private List<CapturedPlace>? _second;
    private int _steps;

    private ReadingSearch(byte[] input) => _input = input;

    internal static bool TryFindTwo(NfaNode start, byte[] input, out List<CapturedPlace> preferred, out List<CapturedPlace> other)
    {
        var search = new ReadingSearch(input);
        search.Follow(start, 0);
        preferred = search._first ?? new List<CapturedPlace>();
        other = search._second ?? new List<CapturedPlace>();
        return search._second != null;
    }

    /// <summary>Follows every way from a node; true when some way read the rest of the input.</summary>
    private bool Follow(NfaNode node, int at)
    {
        if (_second != null || _hopeless.Contains((node, at)) || ++_steps > MostSteps || !_onWay.Add((node, at)))
        {
            return false;
        }

        bool found = false;
        switch (node)
        {
            case AcceptNode:
                found = at == _input.Length;
                if (found)
                {
                    Note();
                }

                break;
            case ReadNode read:
                found = at < _input.Length && read.Set.Contains(_input[at]) && Follow(read.Next, at + 1);
                break;
            case EventNode happening:
                _events.Add((happening.Event, at));
                found = Follow(happening.Next, at);
                _events.RemoveAt(_events.Count - 1);
                break;
            case RoundNode { IsEnd: false } round:
                _roundStarts.Push(at);
                found = Follow(round.Next, at);
                _roundStarts.Pop();
                break;
            case RoundNode round:
                int start = _roundStarts.Pop();
                found = at > start && Follow(round.Next, at);
                _roundStarts.Push(start);
                break;
            case ChoiceNode choice:
                foreach (NfaNode way in choice.Ways)
                {
                    found |= Follow(way, at);
                }

                break;
        }

        _onWay.Remove((node, at));

        // A way that only ran into itself is not hopeless from elsewhere, so loops are never remembered.
        if (!found && node is ReadNode)
        {
            _hopeless.Add((node, at));
        }

        return found;
    }

    private void Note()
    {
        var starts = new Dictionary<int, int>();
        var places = new List<CapturedPlace>();
        foreach ((CaptureEvent captureEvent, int place) in _events)
        {
            if (captureEvent.Kind == CaptureEventKind.Open)
            {
                starts[captureEvent.Index] = place;
            }
            else if (captureEvent.Kind == CaptureEventKind.Close)
            {
                places.Add(new CapturedPlace(captureEvent.Index, starts[captureEvent.Index], place));
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
}
