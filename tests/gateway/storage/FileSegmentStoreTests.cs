using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Threading;
using SmtpEmbedded.Gateway.Storage;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests.Storage;

public sealed class FileSegmentStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "spool-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void SegmentsAreFilesWithTheirNumbers()
    {
        using var store = new FileSegmentStore(_folder);
        Assert.Empty(store.List()!);
        var segment = store.Create(42)!;
        Assert.True(segment.Append([1, 2, 3, 4], 1, 3));
        Assert.True(segment.Sync());
        Assert.Equal(3, segment.Length);
        Assert.Null(store.Create(42));
        Assert.NotEmpty(store.Error);

        var input = store.OpenRead(42)!;
        byte[] bytes = new byte[10];
        Assert.Equal(2, input.Read(1, bytes, 4, 6));
        Assert.Equal([3, 4], bytes[4..6]);
        Assert.Equal(0, input.Read(3, bytes, 0, 10));
        Assert.True(segment.Append([9], 0, 1));
        Assert.Equal(4, input.Length);
        input.Close();
        segment.Close();
        segment.Close();

        Assert.True(File.Exists(Path.Combine(_folder, "0000000042.segment")));
        Assert.Equal([42], store.List()!);
        Assert.True(store.Delete(42));
        Assert.Empty(store.List()!);
        Assert.Null(store.OpenRead(42));
    }

    [Fact]
    public void ADamagedSegmentIsKeptUnderAnotherNameWithTheReason()
    {
        using var store = new FileSegmentStore(_folder);
        store.List();
        for (int i = 0; i < 2; i++)
        {
            store.Create(7)!.Close();
            Assert.True(store.SetAside(7, "a test says so"));
        }

        Assert.Empty(store.List()!);
        Assert.True(File.Exists(Path.Combine(_folder, "0000000007.damaged")));
        Assert.True(File.Exists(Path.Combine(_folder, "0000000007-2.damaged")));
        Assert.Contains("a test says so", File.ReadAllText(Path.Combine(_folder, "0000000007.damaged.txt")));
    }

    [Fact]
    public void OnlyOneUsesTheFolder()
    {
        using (var store = new FileSegmentStore(_folder))
        {
            Assert.NotNull(store.List());
            using var second = new FileSegmentStore(_folder);
            Assert.Null(second.List());
            Assert.Contains("another process uses it", second.Error);
        }

        using var third = new FileSegmentStore(_folder);
        Assert.NotNull(third.List());
    }

    [Fact]
    public void AFolderThatCannotBeIsAnErrorAndNoException()
    {
        using var store = new FileSegmentStore("/proc/no/such");
        Assert.Null(store.List());
        Assert.Contains("/proc/no/such", store.Error);
        Assert.Null(store.Create(1));
        Assert.Null(store.OpenRead(1));
        Assert.False(store.SetAside(1, ""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ManyThreadsShareTheSyncs(bool segmentPerMessage)
    {
        const int Threads = 8;
        const int Each = 60;
        using var files = new FileSegmentStore(_folder);
        var store = new CountingStore(files);
        var options = new SpoolOptions { SegmentBytes = 100_000, SegmentPerMessage = segmentPerMessage, AllocationUnit = 1, Salt = 3 };
        var spool = new Spool(store, new SystemClock(), new NoLog(), options);
        Assert.True(spool.Open(), spool.Error);
        var bodies = new ConcurrentDictionary<long, int>();
        int delivered = 0;
        using var stop = new ManualResetEventSlim();
        var failures = new ConcurrentQueue<string>();

        var forwarder = new Thread(() =>
        {
            var reader = new MessageReader();
            byte[] buffer = new byte[3000];
            while (!stop.IsSet || spool.Count > 0)
            {
                var message = spool.Next(Environment.TickCount64);
                if (message == null)
                {
                    Thread.Yield();
                    continue;
                }

                int place = 0;
                if (!spool.Open(message, reader))
                {
                    failures.Enqueue(spool.Error);
                }

                int count;
                while ((count = reader.Read(buffer, 0, buffer.Length)) > 0)
                {
                    for (int i = 0; i < count; i++, place++)
                    {
                        if (buffer[i] != Byte(message.Id, place))
                        {
                            failures.Enqueue("Message " + message.Id + " has changed at " + place);
                            break;
                        }
                    }
                }

                if (count < 0 || bodies.TryGetValue(message.Id, out int size) && size != place)
                {
                    failures.Enqueue("Message " + message.Id + " cannot be read at " + place);
                }

                reader.Close();
                if (!spool.Finish(message))
                {
                    failures.Enqueue(spool.Error);
                }

                delivered++;
            }
        });
        var sessions = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            var random = new Random(t);
            for (int i = 0; i < Each; i++)
            {
                int size = random.Next(i % 10 == 0 ? 60_000 : 2000);
                var writer = spool.Begin(Envelope(), size, false)!;
                bodies[writer.Id] = size;
                byte[] body = Enumerable.Range(0, size).Select(p => Byte(writer.Id, p)).ToArray();
                int half = size / 2;
                if (!writer.Append(body, 0, half) || !writer.Append(body, half, size - half) || !writer.End() || !spool.Sync() || !writer.IsDurable)
                {
                    failures.Enqueue(spool.Error);
                }
            }
        })).ToArray();

        forwarder.Start();
        Array.ForEach(sessions, s => s.Start());
        Array.ForEach(sessions, s => s.Join());
        stop.Set();
        forwarder.Join();

        Assert.True(failures.IsEmpty, failures.FirstOrDefault());
        Assert.Equal(Threads * Each, delivered);
        Assert.True(segmentPerMessage || store.Syncs < Threads * Each, store.Syncs + " syncs for " + (Threads * Each) + " messages");
        Assert.True(store.AppendsDuringSync > 0, "No one could append while the disk was syncing.");
        spool.Close();
        var again = new Spool(files, new SystemClock(), new NoLog(), options);
        Assert.True(again.Open(), again.Error);
        Assert.Equal(0, again.Count);
        again.Close();
    }

    private static byte Byte(long id, int place) => (byte)((id * 31) + place + (place >> 8));

    private static Envelope Envelope()
    {
        var envelope = new Envelope();
        Assert.True(envelope.SetReversePath("a@b"u8.ToArray(), 0, 3) && envelope.AddRecipient("c@d"u8.ToArray(), 0, 3));
        return envelope;
    }

    private sealed class SystemClock : IClock
    {
        public bool IsSet => true;

        public long UtcMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        public long UptimeMilliseconds => Environment.TickCount64;
    }

    private sealed class NoLog : ILog
    {
        public void Write(LogLevel level, string source, string text)
        {
        }
    }

    /// <summary>Counts syncs, and makes them last as long as those of a disk do.</summary>
    private sealed class CountingStore(ISegmentStore inner) : ISegmentStore
    {
        private int _syncs;
        private int _syncing;
        private int _appendsDuringSync;

        public int Syncs => _syncs;

        public int AppendsDuringSync => _appendsDuringSync;

        public string Error => inner.Error;

        public int[]? List() => inner.List();

        public ISegment? Create(int number) => inner.Create(number) is { } segment ? new Counting(this, segment) : null;

        public ISegment? OpenRead(int number) => inner.OpenRead(number);

        public bool Delete(int number) => inner.Delete(number);

        public bool SetAside(int number, string reason) => inner.SetAside(number, reason);

        private sealed class Counting(CountingStore store, ISegment inner) : ISegment
        {
            public int Number => inner.Number;

            public long Length => inner.Length;

            public string Error => inner.Error;

            public bool Append(byte[] buffer, int offset, int count)
            {
                if (Volatile.Read(ref store._syncing) > 0)
                {
                    Interlocked.Increment(ref store._appendsDuringSync);
                }

                return inner.Append(buffer, offset, count);
            }

            public bool Sync()
            {
                Interlocked.Increment(ref store._syncs);
                Interlocked.Increment(ref store._syncing);
                Thread.Sleep(1);
                bool synced = inner.Sync();
                Interlocked.Decrement(ref store._syncing);
                return synced;
            }

            public int Read(long position, byte[] buffer, int offset, int count) => inner.Read(position, buffer, offset, count);

            public void Close() => inner.Close();
        }
    }
}
