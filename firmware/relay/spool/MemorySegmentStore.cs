namespace SmtpEmbedded.Relay;

/// <summary>Segments in memory: for tests, and for a board that would rather lose its queue at a power cut than wear out its flash. May be called from any thread.</summary>
public sealed class MemorySegmentStore : ISegmentStore
{
    private readonly object _lock = new object();
    private readonly System.Collections.ArrayList _segments = new System.Collections.ArrayList();
    private readonly System.Collections.ArrayList _setAside = new System.Collections.ArrayList();
    private string _error = "";

    /// <inheritdoc/>
    public string Error => _error;

    /// <summary>How many segments were set aside.</summary>
    public int SetAsideCount => _setAside.Count;

    /// <inheritdoc/>
    public int[]? List()
    {
        lock (_lock)
        {
            int[] numbers = new int[_segments.Count];
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = At(i).Number;
            }

            return numbers;
        }
    }

    /// <inheritdoc/>
    public ISegment? Create(int number)
    {
        lock (_lock)
        {
            if (Find(number) >= 0)
            {
                _error = "Segment " + number + " exists already.";
                return null;
            }

            MemorySegment segment = new MemorySegment(number);
            _segments.Add(segment);
            return segment;
        }
    }

    /// <inheritdoc/>
    public ISegment? OpenRead(int number)
    {
        lock (_lock)
        {
            int index = Find(number);
            if (index < 0)
            {
                _error = "There is no segment " + number + ".";
                return null;
            }

            return At(index);
        }
    }

    /// <inheritdoc/>
    public bool Delete(int number)
    {
        lock (_lock)
        {
            int index = Find(number);
            if (index >= 0)
            {
                _segments.RemoveAt(index);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public bool SetAside(int number, string reason)
    {
        lock (_lock)
        {
            int index = Find(number);
            if (index < 0)
            {
                _error = "There is no segment " + number + ".";
                return false;
            }

            _setAside.Add(At(index));
            _segments.RemoveAt(index);
            return true;
        }
    }

    private MemorySegment At(int index) => (MemorySegment)_segments[index]!;

    private int Find(int number)
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            if (At(i).Number == number)
            {
                return i;
            }
        }

        return -1;
    }
}
