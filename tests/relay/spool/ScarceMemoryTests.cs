using System;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>Memory that runs out anywhere, as it does on a board, costs a call its success and nothing else: afterwards the spool takes, gives and cleans as ever.</summary>
public sealed class ScarceMemoryTests
{
    [Fact]
    public void WhereverMemoryRunsOutTheSpoolGoesOnAfterwards()
    {
        int failures = 0;
        for (int call = 0; call < 150; call++)
        {
            var store = new ScarceMemoryStore(new MemorySegmentStore());
            var rig = new SpoolRig(store, device: true);
            store.CallsLeft = call;
            store.Shortage = 1 + (call % 3);
            int kept = 0;
            int delivered = 0;
            for (int i = 0; i < 60; i++)
            {
                Try(() => kept += Put(rig.Spool, 3000));

                // Some are delivered at once, and some stay behind in segments that are mostly dead.
                if (i % 3 != 0)
                {
                    Try(() => delivered += Deliver(rig));
                }
            }

            store.CallsLeft = int.MaxValue;
            store.Shortage = 0;
            failures += store.Failures;
            for (int i = 0; i < 200 && rig.Spool.Count > 0; i++)
            {
                delivered += Deliver(rig);
                rig.Clock.Advance(60_000);
            }

            Assert.True(delivered == kept, $"{call}: {kept} kept, {delivered} delivered");

            // With nothing to send nobody asks for the next message: what cleaning could not do comes about all the same.
            for (int i = 0; i < 20 && rig.Spool.Tend(); i++)
            {
                rig.Clock.Advance(10_000);
            }

            Assert.True(rig.Spool.PercentUsed < 20, $"{call}: {rig.Spool.PercentUsed} % used by nothing");

            // All the room is there again.
            for (int i = 0; i < 20; i++)
            {
                Assert.True(Put(rig.Spool, 30_000) == 1, $"{call}: {rig.Spool.Error}");
                Assert.Equal(1, Deliver(rig));
                rig.Clock.Advance(60_000);
            }
        }

        Assert.True(failures > 100, failures + " calls found no memory");
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (OutOfMemoryException)
        {
            // As sessions and forwarder do: the rest goes on.
        }
    }

    private static int Put(Spool spool, int size)
    {
        byte[] body = new byte[size];
        IMessageWriter? writer = spool.Begin(SpoolRig.Envelope(), 0, false);
        if (writer == null || !writer.Append(body, 0, size) || !writer.End())
        {
            return 0;
        }

        spool.Sync();
        return writer.IsDurable ? 1 : 0;
    }

    private static int Deliver(SpoolRig rig)
    {
        QueuedMessage? message = rig.Spool.Next(rig.Clock.UptimeMilliseconds);
        if (message == null)
        {
            return 0;
        }

        var reader = new MessageReader();
        try
        {
            bool whole = rig.Spool.Open(message, reader) && SpoolRig.ReadOn(reader, 512).Length >= 3000;
            reader.Close();
            if (whole)
            {
                rig.Spool.RecordRecipient(message, 0, RecipientResult.Delivered, "250 2.0.0 taken");
                rig.Spool.Finish(message);
                rig.Spool.Tend();
                rig.Spool.Sync();
                return 1;
            }
        }
        catch (OutOfMemoryException)
        {
            reader.Close();
        }

        rig.Spool.Release(message, rig.Clock.UptimeMilliseconds, "4.3.0 once more");
        rig.Spool.Tend();
        return 0;
    }
}
