using System;
using System.IO;

namespace SmtpEmbedded.Relay.Files;

/// <summary>
/// Keeps the spool's segments as files on a disk where closing a file is what makes it durable: the internal drive of an
/// ESP32 (littlefs), where a file that is not closed keeps its old length through a power cut, and flushing changes nothing.
/// Files are named <c>42.seg</c>; one damaged segment is kept as <c>42.bad</c>, an older one makes room for it. From any
/// thread. On .NET it is for tests: there durability needs fsync, and the gateway has a store of its own.
/// </summary>
public sealed class ClosedFileStore : ISegmentStore
{
    private const string SegmentSuffix = ".seg";
    private const string DamagedSuffix = ".bad";

    private readonly string _folder;

    /// <summary>Names the folder; <see cref="List"/> creates it.</summary>
    /// <param name="folder">A folder of its own, for example <c>I:\spool</c>.</param>
    public ClosedFileStore(string folder)
    {
        _folder = folder;
        Error = "";
    }

    /// <inheritdoc/>
    public string Error { get; private set; }

    /// <inheritdoc/>
    public int[]? List()
    {
        try
        {
            if (!Directory.Exists(_folder))
            {
                Directory.CreateDirectory(_folder);
            }

            string[] files = Directory.GetFiles(_folder);
            int count = 0;
            int[] numbers = new int[files.Length];
            for (int i = 0; i < files.Length; i++)
            {
                int number = NumberOf(files[i], SegmentSuffix);
                if (number >= 0)
                {
                    numbers[count++] = number;
                }
            }

            int[] found = new int[count];
            Array.Copy(numbers, 0, found, 0, count);
            return found;
        }
        catch (Exception failure)
        {
            Error = "The folder " + _folder + " cannot be used: " + Describe(failure);
            return null;
        }
    }

    /// <inheritdoc/>
    public ISegment? Create(int number)
    {
        ClosedFile file = new ClosedFile(number, PathOf(number, SegmentSuffix));
        if (file.Create())
        {
            return file;
        }

        Error = file.Error;
        return null;
    }

    /// <inheritdoc/>
    public ISegment? OpenRead(int number)
    {
        ClosedFile file = new ClosedFile(number, PathOf(number, SegmentSuffix));
        if (file.Open())
        {
            return file;
        }

        Error = file.Error;
        return null;
    }

    /// <inheritdoc/>
    public bool Delete(int number)
    {
        try
        {
            File.Delete(PathOf(number, SegmentSuffix));
            return true;
        }
        catch (Exception failure)
        {
            Error = "Segment " + number.ToString() + " cannot be removed: " + Describe(failure);
            return false;
        }
    }

    /// <inheritdoc/>
    public bool SetAside(int number, string reason)
    {
        try
        {
            // The disk has room for one of them. The reason is in the log; a file for it would cost a block.
            string[] files = Directory.GetFiles(_folder);
            for (int i = 0; i < files.Length; i++)
            {
                if (NumberOf(files[i], DamagedSuffix) >= 0)
                {
                    File.Delete(files[i]);
                }
            }

            File.Move(PathOf(number, SegmentSuffix), PathOf(number, DamagedSuffix));
            return true;
        }
        catch (Exception failure)
        {
            Error = "Segment " + number.ToString() + " cannot be set aside: " + Describe(failure);
            return false;
        }
    }

    /// <summary>A failure of the file system in words; the device's exceptions often have no text.</summary>
    internal static string Describe(Exception failure)
    {
#if NANOFRAMEWORK_1_0
        IOException? exception = failure as IOException;
        if (exception != null && string.IsNullOrEmpty(exception.Message))
        {
            switch (exception.ErrorCode)
            {
                case IOException.IOExceptionErrorCode.FileNotFound:
                    return "there is no such file";
                case IOException.IOExceptionErrorCode.DirectoryNotFound:
                    return "there is no such folder";
                case IOException.IOExceptionErrorCode.VolumeNotFound:
                    return "there is no such drive";
                case IOException.IOExceptionErrorCode.PathAlreadyExists:
                    return "it exists already";
                case IOException.IOExceptionErrorCode.TooManyOpenHandles:
                    return "too many files are open";
                default:
                    return "the drive refuses, perhaps because it is full";
            }
        }
#endif
        return string.IsNullOrEmpty(failure.Message) ? failure.GetType().Name : failure.Message;
    }

    /// <summary>The number in a file's name; -1 when it is named otherwise.</summary>
    private static int NumberOf(string path, string suffix)
    {
        string name = Path.GetFileName(path);
        int digits = name.Length - suffix.Length;
        return digits > 0 && name.EndsWith(suffix) && int.TryParse(name.Substring(0, digits), out int number) ? number : -1;
    }

    private string PathOf(int number, string suffix)
    {
        return Path.Combine(_folder, number.ToString() + suffix);
    }
}
