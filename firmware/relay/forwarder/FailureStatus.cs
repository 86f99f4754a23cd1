using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Finds the status code that a failure report gives for a recipient (RFC 3464 section 2.3.4): the one in the smarthost's
/// reply, or the one our own reasons begin with. One thread at a time.
/// </summary>
internal sealed class FailureStatus
{
    private readonly ReplyParser _parser = new ReplyParser();
    private readonly byte[] _lineEnd = { Ascii.Cr, Ascii.Lf };

    /// <summary>Whether the last text given to <see cref="Read"/> was a reply of the smarthost, and not a reason of our own.</summary>
    public bool IsReply { get; private set; }

    /// <summary>The text given to <see cref="Read"/>, in bytes.</summary>
    public byte[] Bytes { get; private set; } = new byte[0];

    /// <summary>Where the status code begins in <see cref="Bytes"/>.</summary>
    public int Start { get; private set; }

    /// <summary>How long the status code is; 0 when there is none and 5.0.0 says all that is known.</summary>
    public int Length { get; private set; }

    /// <summary>Reads a reply as sessions report it: code, text, on one line; or a reason that begins with a status code.</summary>
    public void Read(string reply)
    {
        Bytes = Encoding.UTF8.GetBytes(reply);
        Start = 0;
        Length = 0;
        _parser.Reset();
        int taken = _parser.Feed(Bytes, 0, Bytes.Length);
        IsReply = taken == Bytes.Length && _parser.Feed(_lineEnd, 0, 2) == 2 && _parser.State == ReplyParser.Outcome.Matched;
        if (IsReply)
        {
            int status = _parser.Find(ReplyParser.Rule.EnhancedStatus, 0);

            // A report of a failure carries a code of class 5, or of class 4 that was given up; a 2 would contradict it.
            if (status >= 0 && Bytes[_parser.CaptureStart(status)] != (byte)'2')
            {
                Start = _parser.CaptureStart(status);
                Length = _parser.CaptureEnd(status) - Start;
            }

            return;
        }

        while (Length < Bytes.Length && Bytes[Length] != Ascii.Space)
        {
            Length++;
        }
    }
}
