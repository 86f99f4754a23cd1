namespace SmtpEmbedded.Relay;

/// <summary>
/// Receives a message from a client that may end its lines, and its data, by bare LF. Lines are made good on the way in. Where
/// the end was not CRLF . CRLF the session says so, and its connection is closed behind the reply.
/// </summary>
internal sealed class LenientDataReceiver : IDataReceiver
{
    private readonly LenientDataParser _parser = new LenientDataParser();
    private readonly MessageSink _sink;
    private bool _isLineEndBare;

    /// <summary>Makes a receiver.</summary>
    /// <param name="sink">Where the message goes.</param>
    public LenientDataReceiver(MessageSink sink)
    {
        _sink = sink;
    }

    public bool IsComplete => _parser.State == LenientDataParser.Outcome.Matched;

    public bool IsEndDoubtful { get; private set; }

    public void Begin()
    {
        _parser.Reset();
        _isLineEndBare = false;
        IsEndDoubtful = false;
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

    private void Take(LenientDataParser.Rule rule, int start, int end)
    {
        switch (rule)
        {
            case LenientDataParser.Rule.TextLineEnd:
                _isLineEndBare = false;
                _sink.EndLine(end);
                break;
            case LenientDataParser.Rule.BareLineEnd:
                _isLineEndBare = true;
                _sink.Stray(start, end, true);
                break;
            case LenientDataParser.Rule.StrayCr:
            case LenientDataParser.Rule.StrayNul:
                _sink.Stray(start, end, false);
                break;
            default:
                // Stuffing, or the end.
                IsEndDoubtful = _isLineEndBare || rule == LenientDataParser.Rule.BareEndOfData;
                _sink.PassTo(start);
                _sink.DropTo(end);
                break;
        }
    }
}
