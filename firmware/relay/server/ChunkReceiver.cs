namespace SmtpEmbedded.Relay;

/// <summary>
/// Receives a message as BDAT sends it (RFC 3030): counted octets, nothing stuffed, a line may be cut between two chunks.
/// BINARYMIME is not offered, so what a bare CR, a bare LF or a NUL means is the same as after DATA.
/// </summary>
internal sealed class ChunkReceiver
{
    private readonly ChunkedMessageParser _parser = new ChunkedMessageParser();
    private readonly MessageSink _sink;
    private readonly byte[] _emptyChunk = new byte[0];
    private long _remaining;

    /// <summary>Makes a receiver.</summary>
    /// <param name="sink">Where the message goes.</param>
    public ChunkReceiver(MessageSink sink)
    {
        _sink = sink;
    }

    /// <summary>Whether the current chunk has come to its end.</summary>
    public bool IsChunkComplete => _remaining == 0;

    /// <summary>Whether the current chunk is the message's last.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The reply that refuses the current chunk, whose octets are then only read away; null for one that is taken.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Gets ready for a message; the sink has begun one.</summary>
    public void Begin()
    {
        _parser.Reset();
    }

    /// <summary>Gets ready for a chunk.</summary>
    /// <param name="size">Its octets.</param>
    /// <param name="isLast">Whether it ends the message.</param>
    /// <param name="refusal">Null, or the reply it will be refused with.</param>
    public void BeginChunk(long size, bool isLast, string? refusal)
    {
        _remaining = size;
        IsLast = isLast;
        Refusal = refusal;
    }

    /// <summary>Takes octets of the chunk, none past its end.</summary>
    /// <returns>How many were taken.</returns>
    public int Receive(byte[] buffer, int offset, int count)
    {
        int mine = count < _remaining ? count : (int)_remaining;
        _remaining -= mine;
        if (Refusal == null)
        {
            Parse(buffer, offset, mine);
        }

        return mine;
    }

    /// <summary>Ends the message after its last chunk.</summary>
    public void End()
    {
        // What was undecided, a CR at the very end, is decided now.
        int end = _parser.Position;
        _sink.Look(_emptyChunk, 0, end);
        _parser.Finish();
        TakeCaptures();
        _sink.PassTo(end);
        _sink.EndLine();
    }

    private void Parse(byte[] buffer, int offset, int count)
    {
        int taken = 0;
        while (taken < count)
        {
            int position = _parser.Position;
            _parser.Feed(buffer, offset + taken, count - taken);
            int end = _parser.Position;
            _sink.Look(buffer, offset + taken, position);
            TakeCaptures();
            _sink.PassTo(end - _parser.Undecided);
            _sink.Hold(end);
            taken += end - position;
        }
    }

    private void TakeCaptures()
    {
        for (int i = 0; i < _parser.CaptureCount; i++)
        {
            ChunkedMessageParser.Rule rule = _parser.CaptureRule(i);
            if (rule == ChunkedMessageParser.Rule.TextLineEnd)
            {
                _sink.EndLine(_parser.CaptureEnd(i));
            }
            else
            {
                _sink.Stray(_parser.CaptureStart(i), _parser.CaptureEnd(i), rule == ChunkedMessageParser.Rule.StrayLf);
            }
        }

        _parser.ClearCaptures();
    }
}
