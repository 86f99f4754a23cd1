using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>One sync serves everyone who asked before it began.</summary>
public sealed class GroupCommitterTests
{
    [Fact]
    public async Task ManyWaitersShareASync()
    {
        var spool = new SlowSpool();
        using var committer = new GroupCommitter(spool);
        spool.Hold.Reset();
        Task<bool> first = committer.CommitAsync(new CommitTicket()).AsTask();
        Assert.True(spool.Entered.Wait(5000));

        // These come while the first sync runs: one more serves them all.
        Task<bool>[] others = Enumerable.Range(0, 100).Select(_ => committer.CommitAsync(new CommitTicket()).AsTask()).ToArray();
        spool.Hold.Set();
        Assert.True(await first);
        Assert.All(await Task.WhenAll(others), Assert.True);
        Assert.Equal(2, spool.Syncs);
        Assert.Equal(2, committer.Syncs);
    }

    [Fact]
    public async Task WhoComesAloneAfterAGroupIsServedSoon()
    {
        var spool = new SlowSpool();
        using var committer = new GroupCommitter(spool);
        spool.Hold.Reset();
        Task<bool> first = committer.CommitAsync(new CommitTicket()).AsTask();
        Assert.True(spool.Entered.Wait(5000));
        Task<bool>[] others = Enumerable.Range(0, 10).Select(_ => committer.CommitAsync(new CommitTicket()).AsTask()).ToArray();
        spool.Hold.Set();
        Assert.True(await first);
        Assert.All(await Task.WhenAll(others), Assert.True);

        // Nine others are expected, and do not come.
        Assert.True(await committer.CommitAsync(new CommitTicket()).AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(3, spool.Syncs);
    }

    [Fact]
    public async Task WhenTheDiskRefusesNobodyIsAcknowledged()
    {
        var spool = new SlowSpool { Answer = false };
        using var committer = new GroupCommitter(spool);
        Assert.False(await committer.CommitAsync(new CommitTicket()));
    }

    [Fact]
    public async Task ATicketServesOneCommitAfterAnother()
    {
        var spool = new SlowSpool();
        using var committer = new GroupCommitter(spool);
        var ticket = new CommitTicket();
        for (int i = 1; i <= 100; i++)
        {
            Assert.True(await committer.CommitAsync(ticket));
            Assert.Equal(i, spool.Syncs);
        }
    }

    [Fact]
    public async Task AfterTheEndACommitFails()
    {
        var committer = new GroupCommitter(new SlowSpool());
        committer.Dispose();
        Assert.False(await committer.CommitAsync(new CommitTicket()));
    }

    [Fact]
    public async Task SessionsOverSocketsShareSyncs()
    {
        const int Clients = 20;
        const int Messages = 10;
        await using var fixture = new RelayFixture();
        fixture.Start();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            using Client client = await Client.GreetedAsync(fixture.Relay.EndPoint);
            for (int i = 0; i < Messages; i++)
            {
                await client.SubmitAsync("Subject: shared\r\n\r\ntext");
            }
        }));
        Assert.Equal(Clients * Messages, fixture.Relay.QueuedMessages);
        Assert.InRange(fixture.Relay.Syncs, 1, Clients * Messages);
    }

    private sealed class SlowSpool : ISpool
    {
        private int _syncs;

        public ManualResetEventSlim Hold { get; } = new(initialState: true);

        public ManualResetEventSlim Entered { get; } = new();

        public bool Answer { get; set; } = true;

        public int Syncs => _syncs;

        public int PercentUsed => 0;


        public int Count => 0;

        public string Error => "";

        public bool Sync()
        {
            Interlocked.Increment(ref _syncs);
            Entered.Set();
            Hold.Wait();
            return Answer;
        }

        public IMessageWriter? Begin(Envelope envelope, long size, bool isAlert) => throw new NotSupportedException();

        public QueuedMessage? Next(long now) => throw new NotSupportedException();

        public long NextDue() => throw new NotSupportedException();

        public bool Tend(MessageReader? reader) => throw new NotSupportedException();

        public bool Open(QueuedMessage message, MessageReader reader) => throw new NotSupportedException();

        public bool RecordRecipient(QueuedMessage message, int recipient, RecipientResult result, string reply) => throw new NotSupportedException();

        public bool Release(QueuedMessage message, long nextAttempt, string reason) => throw new NotSupportedException();

        public bool Finish(QueuedMessage message) => throw new NotSupportedException();
    }
}
