using System;
using System.IO;
using Microsoft.Win32.SafeHandles;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Storage;

/// <summary>One segment file of a <see cref="FileSegmentStore"/>.</summary>
internal sealed class FileSegment : ISegment
{
    private readonly SafeFileHandle _handle;
    private readonly bool _isForReading;
    private string? _unsyncedFolder;
    private long _appended;
    private volatile string _error = "";

    /// <param name="number">As in its name.</param>
    /// <param name="handle">The open file, owned from now on.</param>
    /// <param name="newIn">The folder it was created in, whose entry for it is not durable yet; null for a file opened for reading.</param>
    public FileSegment(int number, SafeFileHandle handle, string? newIn)
    {
        Number = number;
        _handle = handle;
        _unsyncedFolder = newIn;
        _isForReading = newIn == null;
    }

    public int Number { get; }

    public long Length
    {
        get
        {
            try
            {
                return _isForReading ? RandomAccess.GetLength(_handle) : _appended;
            }
            catch (Exception failure) when (FileSegmentStore.IsDiskFailure(failure))
            {
                _error = failure.Message;
                return 0;
            }
        }
    }

    public string Error => _error;

    public bool Append(byte[] buffer, int offset, int count)
    {
        try
        {
            RandomAccess.Write(_handle, new ReadOnlySpan<byte>(buffer, offset, count), _appended);
            _appended += count;
            return true;
        }
        catch (Exception failure) when (FileSegmentStore.IsDiskFailure(failure))
        {
            _error = failure.Message;
            return false;
        }
    }

    public bool Sync()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
            if (_unsyncedFolder != null)
            {
                DirectorySync.Sync(_unsyncedFolder);
                _unsyncedFolder = null;
            }

            return true;
        }
        catch (Exception failure) when (FileSegmentStore.IsDiskFailure(failure))
        {
            _error = failure.Message;
            return false;
        }
    }

    public int Read(long position, byte[] buffer, int offset, int count)
    {
        try
        {
            return RandomAccess.Read(_handle, new Span<byte>(buffer, offset, count), position);
        }
        catch (Exception failure) when (FileSegmentStore.IsDiskFailure(failure))
        {
            _error = failure.Message;
            return -1;
        }
    }

    public void Close() => _handle.Dispose();
}
