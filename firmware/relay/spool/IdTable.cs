namespace SmtpEmbedded.Relay;

/// <summary>
/// Finds a message, or what recovery knows of one, by its id. Ids are handed out in order, so the id itself is a good place to look:
/// open addressing without hashing, boxing or an object an entry. Not safe for several threads.
/// </summary>
internal sealed class IdTable
{
    /// <summary>So many places are not worth giving back.</summary>
    private const int Few = 8;

    private object?[] _values = new object?[4];
    private int _count;

    public int Count => _count;

    /// <summary>How many places there are, for walks with <see cref="At"/>.</summary>
    public int Places => _values.Length;

    /// <summary>What stands at a place, or null.</summary>
    public object? At(int place) => _values[place];

    public object? Find(long id) => _values[PlaceOf(id)];

    /// <summary>Adds a value or replaces the one with the same id.</summary>
    public void Set(object value)
    {
        // Three quarters full at the most.
        if ((_count + 1) * 4 > _values.Length * 3)
        {
            Grow();
        }

        int place = PlaceOf(IdOf(value));
        if (_values[place] == null)
        {
            _count++;
        }

        _values[place] = value;
    }

    public void Remove(long id)
    {
        int mask = _values.Length - 1;
        int place = PlaceOf(id);
        if (_values[place] == null)
        {
            return;
        }

        _count--;

        // Close the gap, so that no search stops short of what stands behind it.
        int next = (place + 1) & mask;
        while (_values[next] is object behind)
        {
            int home = (int)IdOf(behind) & mask;
            if (((next - home) & mask) >= ((next - place) & mask))
            {
                _values[place] = behind;
                place = next;
            }

            next = (next + 1) & mask;
        }

        _values[place] = null;
    }

    /// <summary>Gives back the places of many values when there are none.</summary>
    public void Shrink()
    {
        if (_count == 0 && _values.Length > Few)
        {
            _values = new object?[4];
        }
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
        object?[] values = _values;
        _values = new object?[values.Length * 2];
        _count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            object? value = values[i];
            if (value != null)
            {
                Set(value);
            }
        }
    }

    /// <summary>Where a message is, or else the free place where it would be.</summary>
    private int PlaceOf(long id)
    {
        int mask = _values.Length - 1;
        int place = (int)id & mask;
        while (_values[place] is object value && IdOf(value) != id)
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    private static long IdOf(object value)
    {
        return value is QueuedMessage message ? message.Id : ((UnfinishedMessage)value).Id;
    }
}
