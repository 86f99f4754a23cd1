using System;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>A store on whose behalf memory runs out, as it does on a board: at the chosen call, and for some calls after it.</summary>
internal sealed class ScarceMemoryStore(ISegmentStore inner) : ISegmentStore
{
    /// <summary>How many more calls are served before memory is gone; int.MaxValue while there is enough.</summary>
    public int CallsLeft { get; set; } = int.MaxValue;

    /// <summary>How many calls find none, before there is some again.</summary>
    public int Shortage { get; set; }

    /// <summary>How often a call found none.</summary>
    public int Failures { get; private set; }

    public string Error => inner.Error;

    public int[]? List() => inner.List();

    /// <summary>What cannot be handed out for want of memory may have been created all the same.</summary>
    public ISegment? Create(int number) => Wrap(inner.Create(number));

    public ISegment? OpenRead(int number) => Wrap(inner.OpenRead(number));

    public bool Delete(int number)
    {
        Spend();
        return inner.Delete(number);
    }

    public bool SetAside(int number, string reason) => inner.SetAside(number, reason);

    private ScarceSegment? Wrap(ISegment? segment)
    {
        Spend();
        return segment == null ? null : new ScarceSegment(this, segment);
    }

    private void Spend()
    {
        if (CallsLeft > 0)
        {
            CallsLeft -= CallsLeft == int.MaxValue ? 0 : 1;
        }
        else if (Shortage-- > 0)
        {
            Failures++;
            throw new OutOfMemoryException();
        }
    }

    private sealed class ScarceSegment(ScarceMemoryStore store, ISegment inner) : ISegment
    {
        public int Number => inner.Number;

        public long Length => inner.Length;

        public string Error => inner.Error;

        public bool Append(byte[] buffer, int offset, int count) => inner.Append(buffer, offset, count);

        public bool Sync() => inner.Sync();

        public int Read(long position, byte[] buffer, int offset, int count)
        {
            store.Spend();
            return inner.Read(position, buffer, offset, count);
        }

        public void Close() => inner.Close();
    }
}
