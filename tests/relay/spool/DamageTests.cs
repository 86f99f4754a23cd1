using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>Disks that come back with something else than was written.</summary>
public sealed class DamageTests
{
    private static readonly int[] Sizes = [0, 10, 700, 90, 300];

    [Theory]
    [InlineData(1)]
    [InlineData(128)]
    public void AFlippedBitCostsAtMostTheMessageItIsIn(int bit)
    {
        int length = (int)Filled().Store.OpenRead(1)!.Length;
        for (int place = 0; place < length; place++)
        {
            var rig = Filled();
            Segment(rig, 1).Bytes[place] ^= (byte)bit;
            rig.Restart();

            var found = Contents(rig);
            Assert.True(found.Count >= Sizes.Length - 1, "Flipped byte " + place + " cost " + (Sizes.Length - found.Count) + " messages.");

            // One copy of the segment's head is enough.
            Assert.Equal(place < 48 ? 0 : 1, ((MemorySegmentStore)rig.Store).SetAsideCount);

            // And all of it again from where it was copied to.
            rig.Restart();
            Assert.Equal(found.Count, Contents(rig).Count);
            Assert.False(rig.Log.Has("Error"), string.Join("\n", rig.Log.Lines));
        }
    }

    [Fact]
    public void ATornTailCostsOnlyWhatWasNotWhole()
    {
        int length = (int)Filled().Store.OpenRead(1)!.Length;
        int before = Sizes.Length;
        for (int cut = length; cut >= 0; cut--)
        {
            var rig = Filled();
            Segment(rig, 1).Truncate(cut);
            rig.Restart();

            int count = Contents(rig).Count;
            Assert.True(count <= before);
            before = count;
            Assert.Equal(0, ((MemorySegmentStore)rig.Store).SetAsideCount);
            rig.Put(SpoolRig.Body(50, 77));
            Assert.Equal(count + 1, rig.Spool.Count);
        }

        Assert.Equal(0, before);
    }

    [Fact]
    public void AZeroTailIsATornTail()
    {
        var rig = Filled();
        Segment(rig, 1).Append(new byte[5000], 0, 5000);
        rig.Restart();
        Assert.Equal(Sizes.Length, Contents(rig).Count);
        Assert.Equal(0, ((MemorySegmentStore)rig.Store).SetAsideCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(48)]
    [InlineData(4096)]
    public void AnEmptyOrZeroSegmentIsNothing(int length)
    {
        var rig = Filled();
        Assert.True(rig.Store.Create(2)!.Append(new byte[length], 0, length));
        rig.Restart();
        Assert.Equal(Sizes.Length, Contents(rig).Count);
        rig.Put(SpoolRig.Body(5, 5));
        rig.Drain();
        rig.Spool.Next(0);
        Assert.Equal([3], rig.Store.List()!);
    }

    [Fact]
    public void ASegmentOfNonsenseIsSetAside()
    {
        var rig = Filled();
        byte[] nonsense = SpoolRig.Body(3000, 3);
        Assert.True(rig.Store.Create(2)!.Append(nonsense, 0, nonsense.Length));
        rig.Restart();
        Assert.Equal(Sizes.Length, Contents(rig).Count);
        Assert.Equal(1, ((MemorySegmentStore)rig.Store).SetAsideCount);
        Assert.True(rig.Log.Has("was set aside"));
    }

    [Fact]
    public void ARecordInsideABodyIsNoRecord()
    {
        // A whole segment as a message's body; then its own damage sends recovery searching through that body.
        var other = Filled();
        byte[] body = Segment(other, 1).Bytes.AsSpan(0, (int)Segment(other, 1).Length).ToArray();
        var rig = new SpoolRig(change: o => o.Salt = 8);
        rig.Put(SpoolRig.Body(10, 1));
        rig.Put(body);
        rig.Put(SpoolRig.Body(20, 2));
        byte[] bytes = Segment(rig, 1).Bytes;
        int start = bytes.AsSpan().IndexOf(body.AsSpan(0, 100));
        bytes[start - 3] ^= 1;
        rig.Restart();

        Assert.Equal([10, 20], Contents(rig).Select(c => c.Length).Order());
    }

    [Fact]
    public void ADamagedSegmentKeepsWhatIsKnownAboutItsMessages()
    {
        var rig = Filled();
        var message = rig.Next();
        rig.Spool.RecordRecipient(message, 0, RecipientResult.Deferred, "450 4.2.0 later");
        rig.Spool.Release(message, rig.Clock.UptimeMilliseconds + 50_000, "later");
        var gone = rig.Next();
        rig.Spool.Finish(gone);
        rig.Spool.Sync();
        Segment(rig, 1).Bytes[60] ^= 4;
        rig.Restart();
        rig.Restart();

        Assert.DoesNotContain(rig.Spool.Waiting(), m => m.Id == gone.Id);
        if (rig.Spool.Waiting().FirstOrDefault(m => m.Id == message.Id) is { } kept)
        {
            Assert.Equal(1, kept.Attempts);
            Assert.Equal(RecipientResult.Deferred, kept.RecipientState(0));
        }
    }

    [Fact]
    public void ADamagedMessageIsNotReadAsASoundOne()
    {
        var rig = new SpoolRig(change: options => options.VerifyBodies = false, device: true);
        rig.Put(SpoolRig.Body(3000, 1));
        Segment(rig, 1).Bytes[1500] ^= 1;
        rig.Restart();

        // Where not every byte is read at start, it shows here.
        var reader = new MessageReader();
        Assert.True(rig.Spool.Open(rig.Next(), reader));
        byte[] buffer = new byte[512];
        int count;
        while ((count = reader.Read(buffer, 0, buffer.Length)) > 0)
        {
        }

        Assert.Equal(-1, count);
    }

    [Fact]
    public void RandomDamageNeverStopsTheSpool()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var rig = Filled(o => o.SegmentBytes = 700);
            foreach (int number in rig.Store.List()!)
            {
                var segment = Segment(rig, number);
                for (int hit = random.Next(4); hit > 0; hit--)
                {
                    int place = random.Next((int)segment.Length);
                    int count = Math.Min(random.Next(200), (int)segment.Length - place);
                    random.NextBytes(segment.Bytes.AsSpan(place, count));
                }
            }

            rig.Restart();
            int found = Contents(rig).Count;
            rig.Put(SpoolRig.Body(10, 1));
            rig.Restart();
            Assert.Equal(found + 1, rig.Spool.Count);
            Assert.Equal(found + 1, rig.Drain().Count);
        }
    }

    private static SpoolRig Filled(Action<SpoolOptions>? change = null)
    {
        var rig = new SpoolRig(change: change);
        for (int i = 0; i < Sizes.Length; i++)
        {
            rig.Put(SpoolRig.Body(Sizes[i], i));
        }

        return rig;
    }

    private static MemorySegment Segment(SpoolRig rig, int number) => (MemorySegment)rig.Store.OpenRead(number)!;

    // Every message there is, each of which must be one that was put in.
    private static List<byte[]> Contents(SpoolRig rig)
    {
        var contents = new List<byte[]>();
        foreach (var message in rig.Spool.Waiting())
        {
            byte[] body = rig.Read(message);
            int which = Array.IndexOf(Sizes, body.Length);
            Assert.True(which < 0 || body.AsSpan().SequenceEqual(SpoolRig.Body(Sizes[which], which)) || body.Length < 30);
            contents.Add(body);
        }

        return contents;
    }
}
