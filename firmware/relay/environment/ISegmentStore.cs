namespace SmtpEmbedded.Relay;

/// <summary>
/// The folder the spool keeps its segments in: numbered files that only ever grow. One implementation on files for .NET, one
/// for the device, one in memory for tests, one that forgets what was not synced. Every failure is a false or a null with the
/// reason in <see cref="Error"/>. The store may be called from any thread; a segment is appended to by one thread at a time,
/// while <see cref="ISegment.Sync"/> and <see cref="ISegment.Read"/> may run beside that.
/// </summary>
public interface ISegmentStore
{
    /// <summary>The numbers of the segments that exist, in any order; null when the folder cannot be read.</summary>
    int[]? List();

    /// <summary>Creates a segment and opens it for appending. Its name is durable no later than its first <see cref="ISegment.Sync"/>.</summary>
    /// <returns>The segment, or null: it exists already, no space, or an I/O error.</returns>
    ISegment? Create(int number);

    /// <summary>Opens an existing segment for reading.</summary>
    ISegment? OpenRead(int number);

    /// <summary>Removes a segment; durable when it returns true, for the order of removals counts. What a crash makes of an unfinished removal is either all of the segment or none of it.</summary>
    bool Delete(int number);

    /// <summary>Moves a damaged segment out of the way under another name, so that nobody reads it as a segment again and nothing is lost unseen. Durable when it returns true.</summary>
    bool SetAside(int number, string reason);

    /// <summary>Why the last call failed, as a sentence; otherwise empty.</summary>
    string Error { get; }
}

/// <summary>One segment of the spool: bytes that are appended, made durable, and read at any offset.</summary>
public interface ISegment
{
    /// <summary>The segment's number, as in its name.</summary>
    int Number { get; }

    /// <summary>How many bytes it holds, those not yet durable included.</summary>
    long Length { get; }

    /// <summary>Appends bytes; after a false the segment must not be appended to again.</summary>
    bool Append(byte[] buffer, int offset, int count);

    /// <summary>Makes everything appended before the call durable, the segment's name included. On the device this closes the file, for there only Close is durable; a later append opens it again.</summary>
    bool Sync();

    /// <summary>Reads up to <paramref name="count"/> bytes at an offset from the segment's start.</summary>
    /// <returns>How many were read; 0 at the end, -1 on an I/O error.</returns>
    int Read(long position, byte[] buffer, int offset, int count);

    /// <summary>Why the last call failed, as a sentence; otherwise empty.</summary>
    string Error { get; }

    /// <summary>Closes the file. Never fails; calling it again does nothing.</summary>
    void Close();
}
