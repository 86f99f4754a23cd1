namespace SmtpEmbedded.Relay;

/// <summary>
/// Receives a message as DATA sends it (RFC 5321 sections 4.1.1.4 and 4.5.2): up to the end of data that the grammar knows
/// and no other, stuffing dropped. Policy for a bare CR, a bare LF or a NUL: the message is read away whole and refused, so
/// none of the sequences that some server down the line might take for an end of data is ever passed on.
/// </summary>
internal sealed class DataReceiver
{
    private readonly DataParser _parser = new DataParser();
    private readonly MessageSink _sink;

    /// <summary>Makes a receiver.</summary>
    /// <param name="sink">Where the message goes.</param>
    public DataReceiver(MessageSink sink)
    {
        _sink = sink;
    }

    /// <summary>Whether the end of data has come.</summary>
    public bool IsComplete => _parser.State == DataParser.Outcome.Matched;

    /// <summary>Gets ready for a message; the sink has begun one.</summary>
    public void Begin()
    {
        _parser.Reset();
    }

    /// <summary>Takes bytes of the message, none past its end.</summary>
    /// <returns>How many were taken.</returns>
    public int Receive(byte[] buffer, int offset, int count)
    {
        int taken = 0;
        while (taken < count && !IsComplete)
        {
            int position = _parser.Position;
            _parser.Feed(buffer, offset + taken, count - taken);
            int end = _parser.Position;
            _sink.Look(buffer, offset + taken, position);
            for (int i = 0; i < _parser.CaptureCount; i++)
            {
                _sink.PassTo(_parser.CaptureStart(i));
                _sink.DropTo(_parser.CaptureEnd(i));
                if (IsStray(_parser.CaptureRule(i)))
                {
                    _sink.Refuse(MessageFault.StrayOctets);
                }
            }

            _sink.PassTo(end - _parser.Undecided);
            _sink.Hold(end);
            _parser.ClearCaptures();
            taken += end - position;
        }

        return taken;
    }

    private static bool IsStray(DataParser.Rule rule)
    {
        return rule != DataParser.Rule.Stuffing && rule != DataParser.Rule.EndOfData;
    }
}
