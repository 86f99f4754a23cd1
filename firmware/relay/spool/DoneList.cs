namespace SmtpEmbedded.Relay;

/// <summary>
/// The messages whose end is recorded but not yet durable, or could not be recorded yet. Short: every sync empties it. Not
/// safe for several threads.
/// </summary>
internal sealed class DoneList
{
    private long[] _ids = new long[2];
    private int[] _oldest = new int[2];
    private int[] _newest = new int[2];
    private long[] _sequences = new long[2];
    private SpoolSegment?[] _bodies = new SpoolSegment?[2];
    private SpoolSegment?[] _writtenIn = new SpoolSegment?[2];
    private bool[] _holds = new bool[2];

    public int Count { get; private set; }

    public long Id(int index) => _ids[index];

    /// <summary>The oldest segment that may hold a copy of the message.</summary>
    public int Oldest(int index) => _oldest[index];

    /// <summary>The newest segment that may hold a copy of the message.</summary>
    public int Newest(int index) => _newest[index];

    public bool IsWritten(int index) => _writtenIn[index] != null;

    /// <summary>Adds a message whose end has yet to be recorded.</summary>
    /// <param name="id">The message.</param>
    /// <param name="oldest">The oldest segment that may hold a copy of it.</param>
    /// <param name="newest">The newest.</param>
    /// <param name="body">Where the message is, or null when a record about a message in an older segment is written anew.</param>
    /// <param name="holdsBody">Whether there may be another copy elsewhere, so that the segment must not go before the record is durable: that copy would come back to life.</param>
    /// <returns>Its place.</returns>
    public int Add(long id, int oldest, int newest, SpoolSegment? body, bool holdsBody)
    {
        if (Count == _ids.Length)
        {
            Grow();
        }

        _ids[Count] = id;
        _oldest[Count] = oldest;
        _newest[Count] = newest;
        _bodies[Count] = body;
        _writtenIn[Count] = null;
        _holds[Count] = holdsBody;
        _sequences[Count] = long.MaxValue;
        HoldBody(Count);
        return Count++;
    }

    /// <summary>Notes where the Done record is and which place it has among all records.</summary>
    public void Wrote(int index, SpoolSegment segment, long sequence)
    {
        _writtenIn[index] = segment;
        _sequences[index] = sequence;
        HoldBody(index);
    }

    /// <summary>Forgets those that are durable.</summary>
    public void RemoveUpTo(long sequence)
    {
        Keep(sequence, null);
    }

    /// <summary>Forgets those whose only copy was in a segment that is gone.</summary>
    public void RemoveOf(SpoolSegment body)
    {
        Keep(0, body);
    }

    /// <summary>Those recorded in a segment that failed must be recorded anew.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Unsettle(SpoolSegment failed)
    {
        bool any = false;
        for (int i = 0; i < Count; i++)
        {
            if (_writtenIn[i] == failed)
            {
                _writtenIn[i] = null;
                _sequences[i] = long.MaxValue;
                HoldBody(i);
                any = true;
            }
        }

        return any;
    }

    private void HoldBody(int index)
    {
        SpoolSegment? body = _bodies[index];
        if (body != null && _holds[index])
        {
            body.DoneSequence = _sequences[index];
        }
    }

    private void Keep(long above, SpoolSegment? notOf)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            bool gone = _sequences[i] <= above || (notOf != null && _bodies[i] == notOf && !_holds[i]);
            if (!gone)
            {
                _ids[kept] = _ids[i];
                _oldest[kept] = _oldest[i];
                _newest[kept] = _newest[i];
                _bodies[kept] = _bodies[i];
                _writtenIn[kept] = _writtenIn[i];
                _sequences[kept] = _sequences[i];
                _holds[kept] = _holds[i];
                kept++;
            }
        }

        for (int i = kept; i < Count; i++)
        {
            _bodies[i] = null;
            _writtenIn[i] = null;
        }

        Count = kept;
    }

    private void Grow()
    {
        int size = Count * 2;
        long[] ids = new long[size];
        int[] oldest = new int[size];
        long[] sequences = new long[size];
        SpoolSegment?[] bodies = new SpoolSegment?[size];
        SpoolSegment?[] writtenIn = new SpoolSegment?[size];
        System.Array.Copy(_ids, 0, ids, 0, Count);
        System.Array.Copy(_oldest, 0, oldest, 0, Count);
        System.Array.Copy(_sequences, 0, sequences, 0, Count);
        System.Array.Copy(_bodies, 0, bodies, 0, Count);
        System.Array.Copy(_writtenIn, 0, writtenIn, 0, Count);
        int[] newest = new int[size];
        System.Array.Copy(_newest, 0, newest, 0, Count);
        _newest = newest;
        bool[] holds = new bool[size];
        System.Array.Copy(_holds, 0, holds, 0, Count);
        _holds = holds;
        _ids = ids;
        _oldest = oldest;
        _sequences = sequences;
        _bodies = bodies;
        _writtenIn = writtenIn;
    }
}
