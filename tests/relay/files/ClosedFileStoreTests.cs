using System;
using System.IO;
using SmtpEmbedded.Relay.Files;
using SmtpEmbedded.Relay.Tests.SpoolTests;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Files;

/// <summary>The device's store, on this machine's disk: what it does with files is the same source.</summary>
public sealed class ClosedFileStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, true);
        }
    }

    [Fact]
    public void SegmentsAreListedReadAppendedToAndRemoved()
    {
        var store = new ClosedFileStore(_folder);
        Assert.Equal(Array.Empty<int>(), store.List());
        ISegment written = store.Create(7)!;
        Assert.True(written.Append([1, 2, 3], 0, 3));
        Assert.True(written.Sync());
        Assert.True(written.Append([9, 4, 9], 1, 1));
        Assert.Equal(4, written.Length);
        written.Close();
        written.Close();

        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "not ours");
        File.WriteAllText(Path.Combine(_folder, "x.seg"), "not ours");
        Assert.Equal(new[] { 7 }, store.List());
        Assert.Null(store.Create(7));
        Assert.Contains("Segment 7 cannot be created", store.Error, StringComparison.Ordinal);

        ISegment read = store.OpenRead(7)!;
        byte[] bytes = new byte[8];
        Assert.Equal(4, read.Length);
        Assert.Equal(3, read.Read(1, bytes, 2, 6));
        Assert.Equal([0, 0, 2, 3, 4, 0, 0, 0], bytes);
        Assert.Equal(0, read.Read(4, bytes, 0, 8));
        read.Close();

        Assert.True(store.Delete(7));
        Assert.Equal(Array.Empty<int>(), store.List());
        Assert.Null(store.OpenRead(7));
    }

    [Fact]
    public void OneDamagedSegmentIsKeptAndItIsTheLast()
    {
        var store = new ClosedFileStore(_folder);
        store.List();
        store.Create(1)!.Close();
        store.Create(2)!.Close();
        Assert.True(store.SetAside(1, "of a test"));
        Assert.True(store.SetAside(2, "of a test"));
        Assert.Equal(Array.Empty<int>(), store.List());
        Assert.False(File.Exists(Path.Combine(_folder, "1.bad")));
        Assert.True(File.Exists(Path.Combine(_folder, "2.bad")));
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsAnError()
    {
        File.WriteAllText(_folder, "in the way");
        var store = new ClosedFileStore(_folder);
        Assert.Null(store.List());
        Assert.Contains(_folder, store.Error, StringComparison.Ordinal);
        File.Delete(_folder);
    }

    [Fact]
    public void ASpoolOnItKeepsMessagesOverARestart()
    {
        byte[] body = SpoolRig.Body(3000, 1);
        var first = new SpoolRig(new ClosedFileStore(_folder), device: true);
        first.Put(body);
        long second = first.Put(SpoolRig.Body(10, 2), isAlert: true);
        first.Spool.Close();

        var again = new SpoolRig(new ClosedFileStore(_folder), device: true);
        QueuedMessage alert = again.Next();
        Assert.Equal(second, alert.Id);
        Assert.True(again.Spool.Finish(alert));
        Assert.Equal(body, again.Read(again.Next()));
        again.Spool.Close();
    }

    /// <summary>A power cut: what was synced is there although nothing was closed in good order.</summary>
    [Fact]
    public void WhatWasSyncedNeedsNoClose()
    {
        var first = new SpoolRig(new ClosedFileStore(_folder), device: true);
        first.Put(SpoolRig.Body(500, 3));
        var again = new SpoolRig(new ClosedFileStore(_folder), device: true);
        Assert.Equal(1, again.Spool.Count);
    }
}
