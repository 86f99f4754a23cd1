namespace SmtpEmbedded.Relay;

/// <summary>
/// Finds an object by the id of its message. Ids are handed out in order, so the id itself is a good place to look:
/// open addressing without hashing, boxing or an object an entry. Not safe for several threads.
/// </summary>
internal sealed class IdTable
{
    private long[] _ids = new long[8];
    private object?[] _values = new object?[8];
    private int _count;

    public int Count => _count;

    /// <summary>How many places there are, for walks with <see cref="At"/>.</summary>
    public int Places => _values.Length;

    /// <summary>What stands at a place, or null.</summary>
    public object? At(int place) => _values[place];

    public object? Find(long id)
    {
        int mask = _ids.Length - 1;
        int place = (int)id & mask;
        while (_values[place] != null)
        {
            if (_ids[place] == id)
            {
                return _values[place];
            }

            place = (place + 1) & mask;
        }

        return null;
    }

    /// <summary>Adds a value or replaces the one with the same id.</summary>
    public void Set(long id, object value)
    {
        if ((_count + 1) * 2 > _ids.Length)
        {
            Grow();
        }

        int mask = _ids.Length - 1;
        int place = (int)id & mask;
        while (_values[place] != null && _ids[place] != id)
        {
            place = (place + 1) & mask;
        }

        if (_values[place] == null)
        {
            _count++;
        }

        _ids[place] = id;
        _values[place] = value;
    }

    public void Remove(long id)
    {
        int mask = _ids.Length - 1;
        int place = (int)id & mask;
        while (_values[place] != null && _ids[place] != id)
        {
            place = (place + 1) & mask;
        }

        if (_values[place] == null)
        {
            return;
        }

        _count--;

        // Close the gap, so that no search stops short of what stands behind it.
        int next = (place + 1) & mask;
        while (_values[next] != null)
        {
            int home = (int)_ids[next] & mask;
            if (((next - home) & mask) >= ((next - place) & mask))
            {
                _ids[place] = _ids[next];
                _values[place] = _values[next];
                place = next;
            }

            next = (next + 1) & mask;
        }

        _values[place] = null;
    }

    public void Clear()
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = null;
        }

        _count = 0;
    }

    private void Grow()
    {
        long[] ids = _ids;
        object?[] values = _values;
        _ids = new long[ids.Length * 2];
        _values = new object?[ids.Length * 2];
        _count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            object? value = values[i];
            if (value != null)
            {
                Set(ids[i], value);
            }
        }
    }
}
