using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>A queue by length, the shortest first and of equal ones the first that came; what is longer than its limit is not kept.</summary>
internal sealed class BucketQueue<T>
{
    private readonly List<Queue<T>?> _buckets = new();
    private readonly int _longest;
    private int _at;

    internal BucketQueue(int longest) => _longest = longest;

    /// <summary>Adds an item; none may be shorter than the last that was taken.</summary>
    internal void Add(int length, T item)
    {
        if (length > _longest)
        {
            return;
        }

        while (_buckets.Count <= length)
        {
            _buckets.Add(null);
        }

        (_buckets[length] ??= new Queue<T>()).Enqueue(item);
    }

    internal bool TryTake(out int length, out T item)
    {
        for (; _at < _buckets.Count; _at++)
        {
            Queue<T>? bucket = _buckets[_at];
            if (bucket is { Count: > 0 })
            {
                length = _at;
                item = bucket.Dequeue();
                return true;
            }

            _buckets[_at] = null;
        }

        length = 0;
        item = default!;
        return false;
    }
}
