using System;
using System.IO;

namespace SmtpEmbedded.Relay.Files;

/// <summary>
/// One segment of a <see cref="ClosedFileStore"/>: open for appending between the first append and the next
/// <see cref="Sync"/>, which closes it; open for reading from the first read on.
/// </summary>
internal sealed class ClosedFile : ISegment
{
    private readonly string _path;
    private readonly object _lock = new object();
    private FileStream? _writing;
    private FileStream? _reading;
    private long _length;

    public ClosedFile(int number, string path)
    {
        Number = number;
        _path = path;
        Error = "";
    }

    public int Number { get; }

    public string Error { get; private set; }

    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _length;
            }
        }
    }

    /// <summary>Creates the file; false when it exists.</summary>
    public bool Create()
    {
        try
        {
            _writing = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            return true;
        }
        catch (Exception failure)
        {
            return Fail("created", failure);
        }
    }

    /// <summary>Opens the file for reading.</summary>
    public bool Open()
    {
        try
        {
            _reading = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            _length = _reading.Length;
            return true;
        }
        catch (Exception failure)
        {
            return Fail("opened", failure);
        }
    }

    public bool Append(byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            try
            {
                if (_writing == null)
                {
                    _writing = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                }

                _writing.Write(buffer, offset, count);
                _length += count;
                return true;
            }
            catch (Exception failure)
            {
                return Fail("written", failure);
            }
        }
    }

    public bool Sync()
    {
        lock (_lock)
        {
            try
            {
                if (_writing != null)
                {
                    FileStream closing = _writing;
                    _writing = null;
                    Close(closing);
                }

                return true;
            }
            catch (Exception failure)
            {
                return Fail("closed", failure);
            }
        }
    }

    public int Read(long position, byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            try
            {
                if (_reading != null && position + count > _reading.Length)
                {
                    // On the device an open file does not see what another handle has added since.
                    Close(_reading);
                    _reading = null;
                }

                if (_reading == null)
                {
                    _reading = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                }

                if (position >= _reading.Length)
                {
                    return 0;
                }

                _reading.Position = position;
                return _reading.Read(buffer, offset, count);
            }
            catch (Exception failure)
            {
                Fail("read", failure);
                return -1;
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            Sync();
            try
            {
                if (_reading != null)
                {
                    Close(_reading);
                }
            }
            catch (Exception)
            {
                // Nothing was written through it.
            }

            _reading = null;
        }
    }

    /// <summary>The device's streams leave themselves to the finalizer even when closed, and would lie in memory until it comes.</summary>
    private static void Close(FileStream stream)
    {
        stream.Close();
        GC.SuppressFinalize(stream);
    }

    private bool Fail(string done, Exception failure)
    {
        Error = "Segment " + Number.ToString() + " cannot be " + done + ": " + ClosedFileStore.Describe(failure);
        return false;
    }
}
