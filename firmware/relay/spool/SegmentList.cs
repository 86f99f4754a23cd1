namespace SmtpEmbedded.Relay;

/// <summary>The segments that exist, by number. Not safe for several threads.</summary>
internal sealed class SegmentList
{
    private SpoolSegment?[] _items = new SpoolSegment?[4];
    private int _count;

    public int Count => _count;

    public SpoolSegment At(int index) => _items[index]!;

    /// <summary>Adds a segment with a number above all others.</summary>
    public void Add(SpoolSegment segment)
    {
        if (_count == _items.Length)
        {
            SpoolSegment?[] larger = new SpoolSegment?[_count * 2];
            System.Array.Copy(_items, 0, larger, 0, _count);
            _items = larger;
        }

        _items[_count++] = segment;
    }

    public void Remove(SpoolSegment segment)
    {
        int index = FirstFrom(segment.Number);
        if (index < _count && _items[index] == segment)
        {
            _count--;
            for (; index < _count; index++)
            {
                _items[index] = _items[index + 1];
            }

            _items[_count] = null;
        }
    }

    /// <summary>Whether another segment than <paramref name="own"/> exists with a number from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public bool HasOther(int own, int from, int to)
    {
        int index = FirstFrom(from);
        if (index < _count && _items[index]!.Number == own)
        {
            index++;
        }

        return index < _count && _items[index]!.Number <= to;
    }

    private int FirstFrom(int number)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_items[middle]!.Number < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
