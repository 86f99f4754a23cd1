namespace SmtpEmbedded.Relay;

/// <summary>
/// Receives a message as DATA sends it (RFC 5321 sections 4.1.1.4 and 4.5.2): up to the end of data that the grammar knows
/// and no other, stuffing dropped. Policy for a bare CR, a bare LF or a NUL: the message is read away whole and refused, or
/// they are made good, as the settings say; none of the sequences that some server down the line might take for an end of
/// data is ever passed on.
/// </summary>
internal sealed class DataReceiver : IDataReceiver
{
    private readonly DataParser _parser = new DataParser();
    private readonly MessageSink _sink;

    /// <summary>Makes a receiver.</summary>
    /// <param name="sink">Where the message goes.</param>
    public DataReceiver(MessageSink sink)
    {
        _sink = sink;
    }

    public bool IsComplete => _parser.State == DataParser.Outcome.Matched;

    public bool IsEndDoubtful => false;

    public void Begin()
    {
        _parser.Reset();
    }

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
                Take(_parser.CaptureRule(i), _parser.CaptureStart(i), _parser.CaptureEnd(i));
            }

            _sink.PassTo(end - _parser.Undecided);
            _sink.Hold(end);
            _parser.ClearCaptures();
            taken += end - position;
        }

        return taken;
    }

    private void Take(DataParser.Rule rule, int start, int end)
    {
        switch (rule)
        {
            case DataParser.Rule.TextLineEnd:
                _sink.EndLine(end);
                break;
            case DataParser.Rule.Stuffing:
            case DataParser.Rule.EndOfData:
                _sink.PassTo(start);
                _sink.DropTo(end);
                break;
            default:
                _sink.Stray(start, end, rule == DataParser.Rule.StrayLf);
                break;
        }
    }
}
