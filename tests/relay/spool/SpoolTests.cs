using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

public sealed class SpoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(491)]
    [InlineData(492)]
    [InlineData(493)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void AMessageComesBackAsItWent(int size)
    {
        var rig = new SpoolRig();
        byte[] body = SpoolRig.Body(size, 1);
        rig.Put(body);

        var message = rig.Next();

        Assert.Equal(size, message.Size);
        Assert.Equal(body, rig.Read(message));
        Assert.Equal(body, rig.Read(message, new MessageReader(), 5000));
    }

    [Fact]
    public void AnEmptySpoolOnABoardGivesItsMemoryBack()
    {
        var rig = new SpoolRig(device: true);
        int before = Places(rig.Spool, []);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 20; i++)
            {
                rig.Put(SpoolRig.Body(2000, i), envelope: SpoolRig.Envelope([.. Enumerable.Range(0, 40).Select(number => "someone" + number + "@example.net")]));
            }

            foreach (int _ in Enumerable.Range(0, 20))
            {
                var message = rig.Next();
                Assert.Equal(2000, rig.Read(message).Length);
                Assert.True(rig.Spool.RecordRecipient(message, 39, RecipientResult.Delivered, new string('x', 900)), rig.Spool.Error);
                Assert.True(rig.Spool.Finish(message), rig.Spool.Error);
            }

            int busy = Places(rig.Spool, []);
            while (rig.Spool.Tend())
            {
                rig.Clock.Advance(60_000);
            }

            int after = Places(rig.Spool, []);
            Assert.True(after < before + 400 && after < busy / 3, before + " before, " + busy + " with work done, " + after + " after");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MessagesSurviveARestart(bool device)
    {
        var rig = new SpoolRig(device: device);
        byte[][] bodies = Enumerable.Range(0, 8).Select(i => SpoolRig.Body(i * 700, i)).ToArray();
        foreach (byte[] body in bodies)
        {
            rig.Put(body, envelope: SpoolRig.Envelope("a@x", "b@y"));
        }

        rig.Restart();

        Assert.Equal(8, rig.Spool.Count);
        var reader = new MessageReader();
        foreach (byte[] body in bodies)
        {
            var message = rig.Next();
            Assert.Equal(2, message.RecipientCount);
            Assert.Equal(body, rig.Read(message, reader));
            Assert.True(rig.Spool.Finish(message));
        }

        // Asked and found empty, the spool makes durable what it knows.
        Assert.Null(rig.Spool.Next(rig.Clock.UptimeMilliseconds));
        rig.Restart();
        Assert.Equal(0, rig.Spool.Count);
    }

    [Fact]
    public void InterleavedWritersDoNotMix()
    {
        var rig = new SpoolRig();
        byte[][] bodies = Enumerable.Range(0, 5).Select(i => SpoolRig.Body(10_000, i)).ToArray();
        var writers = bodies.Select(b => rig.Spool.Begin(SpoolRig.Envelope(), 0, false)!).ToArray();
        for (int place = 0; place < 10_000; place += 100)
        {
            for (int i = 0; i < writers.Length; i++)
            {
                Assert.True(writers[i].Append(bodies[i], place, 100));
            }
        }

        Assert.All(writers, w => Assert.True(w.End()));
        Assert.True(rig.Spool.Sync());
        rig.Restart();
        foreach (byte[] body in bodies)
        {
            Assert.Equal(body, rig.Read(rig.Next()));
        }
    }

    [Fact]
    public void NothingIsHandedOutBeforeItIsDurable()
    {
        var rig = new SpoolRig();
        rig.Put(SpoolRig.Body(10, 1), sync: false);

        Assert.Null(rig.Spool.Next(rig.Clock.UptimeMilliseconds));
        Assert.Equal(0, rig.Spool.Count);
        Assert.True(rig.Spool.Sync());
        Assert.Equal(1, rig.Spool.Count);
        Assert.NotNull(rig.Spool.Next(rig.Clock.UptimeMilliseconds));
    }

    [Fact]
    public void AnAbandonedMessageLeavesNothing()
    {
        var rig = new SpoolRig();
        var writer = rig.Spool.Begin(SpoolRig.Envelope(), 0, false)!;
        Assert.True(writer.Append(SpoolRig.Body(5000, 1), 0, 5000));
        writer.Abandon();
        Assert.False(writer.Append(new byte[1], 0, 1));
        Assert.False(writer.End());
        Assert.Equal(0, rig.Spool.Count);
        rig.Put([]);
        rig.Restart();
        Assert.Equal(1, rig.Spool.Count);
        Assert.False(rig.Log.Has("never complete"));
    }

    [Fact]
    public void AlertsGoFirstThenTheOldest()
    {
        var rig = new SpoolRig();
        long first = rig.Put(SpoolRig.Body(10, 1));
        long second = rig.Put(SpoolRig.Body(10, 2));
        long alert = rig.Put(SpoolRig.Body(10, 3), isAlert: true);
        long later = rig.Put(SpoolRig.Body(10, 4), isAlert: true);

        Assert.Equal([alert, later, first, second], rig.Drain());
    }

    [Fact]
    public void OrderSurvivesARestart()
    {
        var rig = new SpoolRig();
        long first = rig.Put(SpoolRig.Body(10, 1));
        long alert = rig.Put(SpoolRig.Body(10, 3), isAlert: true);
        rig.Restart();

        Assert.Equal([alert, first], rig.Drain());
    }

    [Fact]
    public void AReleasedMessageWaitsForItsTime()
    {
        var rig = new SpoolRig();
        long id = rig.Put(SpoolRig.Body(10, 1));
        long other = rig.Put(SpoolRig.Body(10, 2));
        var message = rig.Next();
        Assert.Equal(id, message.Id);
        long due = rig.Clock.UptimeMilliseconds + 60_000;
        Assert.True(rig.Spool.Release(message, due, "451 4.3.0 later"));

        Assert.Equal([other], rig.Drain());
        Assert.Equal(due, rig.Spool.NextDue());
        rig.Clock.Advance(59_999);
        Assert.Null(rig.Spool.Next(rig.Clock.UptimeMilliseconds));
        rig.Clock.Advance(1);
        Assert.Equal(1, message.Attempts);
        Assert.Equal([id], rig.Drain());
        Assert.Equal(long.MaxValue, rig.Spool.NextDue());
    }

    [Fact]
    public void AHeldMessageIsHandedOutOnce()
    {
        var rig = new SpoolRig();
        rig.Put(SpoolRig.Body(10, 1));
        var message = rig.Next();

        Assert.Null(rig.Spool.Next(rig.Clock.UptimeMilliseconds));
        Assert.True(rig.Spool.Finish(message));
        Assert.False(rig.Spool.Finish(message));
        Assert.False(rig.Spool.Release(message, 0, ""));
        Assert.False(rig.Spool.RecordRecipient(message, 0, RecipientResult.Delivered, ""));
        Assert.False(rig.Spool.Open(message, new MessageReader()));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void AttemptsAndResultsSurviveARestart(int recipients)
    {
        var rig = new SpoolRig();
        rig.Put(SpoolRig.Body(10, 1), envelope: SpoolRig.Envelope(Enumerable.Range(0, recipients).Select(i => "r" + i + "@x").ToArray()));
        var message = rig.Next();
        Assert.True(rig.Spool.RecordRecipient(message, 0, RecipientResult.Delivered, "250 2.1.5 ok"));
        Assert.True(rig.Spool.RecordRecipient(message, recipients - 1, RecipientResult.Failed, "550 5.1.1 no"));
        Assert.True(rig.Spool.RecordRecipient(message, 1, RecipientResult.Deferred, "450 4.2.1 busy"));
        Assert.True(rig.Spool.Release(message, rig.Clock.UptimeMilliseconds + 90_000, "450 4.2.1 busy"));
        Assert.True(rig.Spool.Sync());
        rig.Clock.Advance(30_000);
        rig.Restart();

        Assert.Null(rig.Spool.Next(rig.Clock.UptimeMilliseconds));
        Assert.Equal(rig.Clock.UptimeMilliseconds + 60_000, rig.Spool.NextDue());
        rig.Clock.Advance(60_000);
        message = rig.Next();
        Assert.Equal(1, message.Attempts);
        Assert.Equal(RecipientResult.Delivered, message.RecipientState(0));
        Assert.Equal(RecipientResult.Deferred, message.RecipientState(1));
        Assert.Equal(RecipientResult.Failed, message.RecipientState(recipients - 1));
        Assert.Equal(recipients > 3 ? RecipientResult.Pending : RecipientResult.Failed, message.RecipientState(2));
    }

    [Fact]
    public void WithoutAClockAMessageIsDueAtOnceAfterARestart()
    {
        var rig = new SpoolRig();
        rig.Clock.IsSet = false;
        rig.Put(SpoolRig.Body(10, 1));
        rig.Spool.Release(rig.Next(), rig.Clock.UptimeMilliseconds + 90_000, "");
        rig.Spool.Sync();
        rig.Restart();

        Assert.Equal(1, rig.Next().Attempts);
    }

    [Fact]
    public void TheAgeOfAMessageSurvivesARestart()
    {
        var rig = new SpoolRig();
        rig.Put(SpoolRig.Body(10, 1));
        rig.Clock.Advance(3_600_000);
        rig.Restart();

        Assert.Equal(rig.Clock.UptimeMilliseconds - 3_600_000, rig.Next().AcceptedUptime);
    }

    [Fact]
    public void IdsAreNeverUsedAgain()
    {
        var rig = new SpoolRig(change: o => o.SegmentBytes = 500);
        long last = 0;
        for (int i = 0; i < 20; i++)
        {
            long id = rig.Put(SpoolRig.Body(100, i));
            Assert.True(id > last);
            last = id;
            rig.Drain();
            rig.Restart();
        }
    }

    [Fact]
    public void SegmentsGoWhenAllTheirMessagesAreDone()
    {
        var rig = new SpoolRig(change: o => o.SegmentBytes = 4000);
        for (int i = 0; i < 200; i++)
        {
            rig.Put(SpoolRig.Body(500, i));
        }

        Assert.True(rig.Store.List()!.Length > 20);
        rig.Drain();
        rig.Spool.Next(0);
        rig.Put(SpoolRig.Body(10, 0));
        rig.Drain();
        Assert.InRange(rig.Store.List()!.Length, 1, 2);
        Assert.Equal(rig.Spool.UsedBytes, rig.Store.List()!.Sum(n => rig.Store.OpenRead(n)!.Length));
    }

    [Fact]
    public void OneStuckMessageDoesNotHoldUpTheDisk()
    {
        var rig = new SpoolRig(change: o =>
        {
            o.SegmentBytes = 4000;
            o.Quota = 100_000;
            o.Reserve = 0;
        });
        byte[] stuck = SpoolRig.Body(900, 99);
        long id = rig.Put(stuck);
        Assert.True(rig.Spool.RecordRecipient(rig.Next() is var m && m.Id == id ? m : null!, 0, RecipientResult.Deferred, "450 4.2.0 later"));
        Assert.True(rig.Spool.Release(m, rig.Clock.UptimeMilliseconds + 100_000_000, "stuck"));
        for (int i = 0; i < 2000; i++)
        {
            rig.Put(SpoolRig.Body(500, i));
            rig.Drain();
            rig.Clock.Advance(100);
        }

        Assert.InRange(rig.Spool.UsedBytes, 0, 20_000);
        rig.Restart();
        rig.Clock.Advance(100_000_000);
        m = rig.Next();
        Assert.Equal(id, m.Id);
        Assert.Equal(1, m.Attempts);
        Assert.Equal(RecipientResult.Deferred, m.RecipientState(0));
        Assert.Equal(stuck, rig.Read(m));
    }

    [Fact]
    public void AttemptsAloneDoNotFillTheDisk()
    {
        var rig = new SpoolRig(change: o => o.SegmentBytes = 4000);
        byte[] body = SpoolRig.Body(3000, 1);
        for (int i = 0; i < 3; i++)
        {
            rig.Put(body);
        }

        for (int i = 0; i < 3000; i++)
        {
            rig.Spool.Release(rig.Next(), rig.Clock.UptimeMilliseconds + 10, "421 4.4.2 the smarthost does not answer");
            rig.Spool.Tend();
            rig.Clock.Advance(1000);
            rig.Spool.Sync();
        }

        Assert.InRange(rig.Spool.UsedBytes, 0, 40_000);
        rig.Restart();
        rig.Clock.Advance(100_000);
        Assert.Equal(3000, new[] { rig.Next(), rig.Next(), rig.Next() }.Sum(m => m.Attempts));
    }

    [Fact]
    public void TheQuotaHoldsAndTheReserveIsForAlerts()
    {
        var rig = new SpoolRig(change: o =>
        {
            o.Quota = 20_000;
            o.Reserve = 5_000;
        });
        int put = 0;
        while (rig.Spool.Begin(SpoolRig.Envelope(), 1000, false) is { } writer)
        {
            Assert.True(writer.Append(new byte[1000], 0, 1000));
            Assert.True(writer.End());
            put++;
        }

        Assert.InRange(put, 10, 15);
        Assert.Contains("quota", rig.Spool.Error);
        Assert.InRange(rig.Spool.UsedBytes, 13_000, 15_000);
        for (int i = 0; i < 3; i++)
        {
            rig.Put(new byte[1000], isAlert: true);
        }

        Assert.True(rig.Spool.UsedBytes < 20_000);
        Assert.Null(rig.Spool.Begin(SpoolRig.Envelope(), 3000, true));
    }

    [Fact]
    public void AMessageLargerThanItSaidIsRefusedWhenTheQuotaIsUsedUp()
    {
        var rig = new SpoolRig(change: o =>
        {
            o.Quota = 20_000;
            o.Reserve = 0;
        });
        var writer = rig.Spool.Begin(SpoolRig.Envelope(), 0, false)!;
        Assert.False(writer.Append(new byte[30_000], 0, 30_000));
        Assert.False(writer.End());
        rig.Put(new byte[100], sync: false);
        Assert.True(rig.Spool.Sync());
        Assert.Equal(1, rig.Spool.Count);
    }

    [Fact]
    public void TheNumberOfMessagesIsBounded()
    {
        var rig = new SpoolRig(change: o =>
        {
            o.MaximumMessages = 3;
            o.ReservedMessages = 1;
        });
        for (int i = 0; i < 3; i++)
        {
            rig.Put(new byte[10]);
        }

        Assert.Null(rig.Spool.Begin(SpoolRig.Envelope(), 10, false));
        rig.Put(new byte[10], isAlert: true);
        Assert.Null(rig.Spool.Begin(SpoolRig.Envelope(), 10, true));
        rig.Drain();
        rig.Put(new byte[10]);
    }

    [Fact]
    public void AppendAllocatesNothing()
    {
        var rig = new SpoolRig();
        byte[] chunk = new byte[200];
        IMessageWriter writer = null!;
        Begin();
        Fill();
        ((MemorySegment)rig.Store.OpenRead(1)!).Reserve(2_000_000);

        Assert.Equal(0, Allocated.By(Fill, Begin));

        void Begin() => writer = rig.Spool.Begin(SpoolRig.Envelope(), 0, false)!;

        void Fill()
        {
            for (int i = 0; i < 1000; i++)
            {
                writer.Append(chunk, 0, chunk.Length);
            }

            writer.End();
            rig.Spool.Sync();
        }
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        var rig = new SpoolRig();
        rig.Put(new byte[200_000]);
        var message = rig.Next();
        var reader = new MessageReader();
        byte[] buffer = new byte[700];
        Read();

        Assert.Equal(0, Allocated.By(Read));

        void Read()
        {
            Assert.True(rig.Spool.Open(message, reader));
            while (reader.Read(buffer, 0, buffer.Length) > 0)
            {
            }

            reader.Close();
        }
    }

    [Fact]
    public void AReaderRewinds()
    {
        var rig = new SpoolRig();
        byte[] body = SpoolRig.Body(5000, 1);
        rig.Put(body);
        var reader = new MessageReader();
        Assert.True(rig.Spool.Open(rig.Next(), reader));
        Assert.Equal(100, reader.Read(new byte[100], 0, 100));
        reader.Rewind();
        Assert.Equal(body, SpoolRig.ReadOn(reader, 77));
        reader.Rewind();
        Assert.Equal(body, SpoolRig.ReadOn(reader, 7777));
        reader.Close();
        Assert.Equal(-1, reader.Read(new byte[1], 0, 1));
    }

    /// <summary>The bytes, and the places for objects, of all arrays that an object of ours holds, in itself or in what it holds, its store left out.</summary>
    private static int Places(object holder, HashSet<object> seen)
    {
        if (!seen.Add(holder) || holder is ISegmentStore or ISegment or IClock or ILog)
        {
            return 0;
        }

        return holder is Array array
            ? (array.Length * (holder is byte[] ? 1 : 8)) + array.Cast<object?>().Where(one => one is not null and not byte).Sum(one => Places(one!, seen))
            : holder.GetType().Namespace != typeof(Spool).Namespace ? 0
            : holder.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Select(field => field.GetValue(holder)).Where(one => one is not null).Sum(one => Places(one!, seen));
    }
}
