namespace SmtpEmbedded.Relay;

/// <summary>Messages in order: a binary heap, by age or by the time of the next attempt. Not safe for several threads.</summary>
internal sealed class MessageHeap
{
    /// <summary>So many places are not worth giving back.</summary>
    private const int Few = 8;

    private readonly bool _byDue;
    private QueuedMessage?[] _items = new QueuedMessage?[2];
    private int _count;

    /// <param name="byDue">Earliest next attempt first; otherwise lowest id, that is oldest, first.</param>
    public MessageHeap(bool byDue)
    {
        _byDue = byDue;
    }

    public int Count => _count;

    /// <summary>The first message, or null when there is none.</summary>
    public QueuedMessage? First => _count == 0 ? null : _items[0];

    /// <summary>Puts as many messages as fit behind those already in an array, in no order.</summary>
    /// <returns>How many are in it now.</returns>
    public int CopyTo(QueuedMessage[] into, int at)
    {
        for (int i = 0; i < _count && at < into.Length; i++)
        {
            into[at++] = _items[i]!;
        }

        return at;
    }

    public void Push(QueuedMessage message)
    {
        if (_count == _items.Length)
        {
            QueuedMessage?[] larger = new QueuedMessage?[_count * 2];
            System.Array.Copy(_items, 0, larger, 0, _count);
            _items = larger;
        }

        int place = _count++;
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            QueuedMessage above = _items[parent]!;
            if (!Before(message, above))
            {
                break;
            }

            _items[place] = above;
            place = parent;
        }

        _items[place] = message;
    }

    public QueuedMessage? Pop()
    {
        if (_count == 0)
        {
            return null;
        }

        QueuedMessage? first = _items[0];
        QueuedMessage last = _items[--_count]!;
        _items[_count] = null;
        if (_count > 0)
        {
            Sink(last);
        }

        return first;
    }

    /// <summary>Gives back the places of many messages when there are none.</summary>
    public void Shrink()
    {
        if (_count == 0 && _items.Length > Few)
        {
            _items = new QueuedMessage?[2];
        }
    }

    private void Sink(QueuedMessage message)
    {
        int place = 0;
        while (true)
        {
            int child = (place * 2) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && Before(_items[child + 1]!, _items[child]!))
            {
                child++;
            }

            if (!Before(_items[child]!, message))
            {
                break;
            }

            _items[place] = _items[child];
            place = child;
        }

        _items[place] = message;
    }

    private bool Before(QueuedMessage a, QueuedMessage b)
    {
        return _byDue && a.NextAttempt != b.NextAttempt ? a.NextAttempt < b.NextAttempt : a.Id < b.Id;
    }
}
