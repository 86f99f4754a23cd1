using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Storage;

/// <summary>
/// Keeps the spool's segments as files in one folder: <c>0000000042.segment</c>, and <c>0000000042.damaged</c> with a
/// <c>.damaged.txt</c> that says why for those set aside. One process uses the folder at a time, which a lock file sees to.
/// May be called from any thread.
/// </summary>
public sealed class FileSegmentStore : ISegmentStore, IDisposable
{
    private const string SegmentSuffix = ".segment";
    private const string DamagedSuffix = ".damaged";
    private const string LockName = "lock";

    // A process that was killed may take a moment to let go of the lock, and one that is being stopped finishes first.
    private const int LockTries = 30;
    private const int LockPause = 100;

    private readonly string _folder;
    private FileStream? _lock;
    private volatile string _error = "";

    /// <summary>Names the folder; it is created and locked by the first <see cref="List"/>.</summary>
    /// <param name="folder">A folder of its own on a local disk.</param>
    public FileSegmentStore(string folder)
    {
        _folder = Path.GetFullPath(folder);
    }

    /// <inheritdoc/>
    public string Error => _error;

    /// <inheritdoc/>
    public int[]? List()
    {
        try
        {
            OpenFolder();
            var numbers = new List<int>();
            foreach (string path in Directory.EnumerateFiles(_folder, "*" + SegmentSuffix))
            {
                if (int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    numbers.Add(number);
                }
            }

            return numbers.ToArray();
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            _error = "The spool folder " + _folder + " cannot be used: " + failure.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public ISegment? Create(int number)
    {
        try
        {
            var handle = File.OpenHandle(PathOf(number), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new FileSegment(number, handle, _folder);
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            _error = failure.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public ISegment? OpenRead(int number)
    {
        try
        {
            var handle = File.OpenHandle(PathOf(number), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new FileSegment(number, handle, null);
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            _error = failure.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Delete(int number)
    {
        try
        {
            File.Delete(PathOf(number));
            DirectorySync.Sync(_folder);
            return true;
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            _error = failure.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public bool SetAside(int number, string reason)
    {
        try
        {
            string aside = PathOf(number, DamagedSuffix);
            for (int copy = 2; File.Exists(aside); copy++)
            {
                aside = PathOf(number, "-" + copy.ToString(CultureInfo.InvariantCulture) + DamagedSuffix);
            }

            File.WriteAllText(aside + ".txt", "Set aside because " + reason + ". Its whole messages were copied to another segment before.\n");
            File.Move(PathOf(number), aside);
            DirectorySync.Sync(_folder);
            return true;
        }
        catch (Exception failure) when (IsDiskFailure(failure))
        {
            _error = failure.Message;
            return false;
        }
    }

    /// <summary>Lets other processes use the folder.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    internal static bool IsDiskFailure(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException;

    private void OpenFolder()
    {
        if (_lock != null)
        {
            return;
        }

        if (!Directory.Exists(_folder))
        {
            PrivateFolder.Create(_folder);
            DirectorySync.Sync(Path.GetDirectoryName(_folder) ?? _folder);
        }

        for (int tries = 1; _lock == null; tries++)
        {
            try
            {
                _lock = new FileStream(Path.Combine(_folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < LockTries)
            {
                Thread.Sleep(LockPause);
            }
            catch (IOException failure)
            {
                throw new IOException("another process uses it (" + failure.Message + ")", failure);
            }
        }
    }

    private string PathOf(int number, string suffix = SegmentSuffix) =>
        Path.Combine(_folder, number.ToString("D10", CultureInfo.InvariantCulture) + suffix);
}
