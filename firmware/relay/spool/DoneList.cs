namespace SmtpEmbedded.Relay;

/// <summary>
/// The messages whose end is recorded but not yet durable, or could not be recorded yet. Short: every sync empties it. Not
/// safe for several threads.
/// </summary>
internal sealed class DoneList
{
    private Done?[] _items = new Done?[1];

    public int Count { get; private set; }

    public long Id(int index) => _items[index]!.Id;

    /// <summary>The oldest segment that may hold a copy of the message.</summary>
    public int Oldest(int index) => _items[index]!.Oldest;

    /// <summary>The newest segment that may hold a copy of the message.</summary>
    public int Newest(int index) => _items[index]!.Newest;

    public bool IsWritten(int index) => _items[index]!.WrittenIn != null;

    /// <summary>Adds a message whose end has yet to be recorded.</summary>
    /// <param name="id">The message.</param>
    /// <param name="oldest">The oldest segment that may hold a copy of it.</param>
    /// <param name="newest">The newest.</param>
    /// <param name="body">Where the message is, or null when a record about a message in an older segment is written anew.</param>
    /// <param name="holdsBody">Whether there may be another copy elsewhere, so that the segment must not go before the record is durable: that copy would come back to life.</param>
    /// <returns>Its place.</returns>
    public int Add(long id, int oldest, int newest, SpoolSegment? body, bool holdsBody)
    {
        if (Count == _items.Length)
        {
            Done?[] larger = new Done?[Count * 2];
            System.Array.Copy(_items, 0, larger, 0, Count);
            _items = larger;
        }

        Done done = new Done();
        done.Id = id;
        done.Oldest = oldest;
        done.Newest = newest;
        done.Body = body;
        done.HoldsBody = holdsBody;
        done.Wrote(null, long.MaxValue);
        _items[Count] = done;
        return Count++;
    }

    /// <summary>Notes where the Done record is and which place it has among all records.</summary>
    public void Wrote(int index, SpoolSegment segment, long sequence)
    {
        _items[index]!.Wrote(segment, sequence);
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
            if (_items[i]!.WrittenIn == failed)
            {
                _items[i]!.Wrote(null, long.MaxValue);
                any = true;
            }
        }

        return any;
    }

    private void Keep(long above, SpoolSegment? notOf)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            Done done = _items[i]!;
            _items[i] = null;
            if (done.Sequence > above && (notOf == null || done.Body != notOf || done.HoldsBody))
            {
                _items[kept++] = done;
            }
        }

        Count = kept;
    }

    private sealed class Done
    {
        public long Id { get; set; }

        public int Oldest { get; set; }

        public int Newest { get; set; }

        public SpoolSegment? Body { get; set; }

        public bool HoldsBody { get; set; }

        public SpoolSegment? WrittenIn { get; private set; }

        public long Sequence { get; private set; }

        public void Wrote(SpoolSegment? segment, long sequence)
        {
            WrittenIn = segment;
            Sequence = sequence;
            if (Body != null && HoldsBody)
            {
                Body.DoneSequence = sequence;
            }
        }
    }
}
