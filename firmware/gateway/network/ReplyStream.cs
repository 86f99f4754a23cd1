using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>Reads whole replies (RFC 5321 section 4.2) from wherever bytes come from. For the commands that speak SMTP by hand. One thread.</summary>
/// <param name="receive">Fills the buffer; 0 or less when nothing more comes.</param>
internal sealed class ReplyStream(Func<byte[], int> receive)
{
    private readonly ReplyReader _reader = new(new Limits());
    private readonly byte[] _buffer = new byte[1024];
    private int _start;
    private int _end;

    /// <summary>Whether bytes are there that belong to no reply read so far.</summary>
    public bool HasMore => _start < _end;

    /// <summary>Waits for the next reply.</summary>
    public Reply Read()
    {
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = Math.Max(0, receive(_buffer));
                if (_end == 0)
                {
                    return Reply.None;
                }
            }

            _start += _reader.Read(_buffer, _start, _end - _start);
            switch (_reader.Progress)
            {
                case ReplyProgress.Reply:
                    return new Reply(_reader.Code, _reader.Text);
                case ReplyProgress.Invalid:
                    return new Reply(-1, "what came is no SMTP: it " + _reader.Fault);
            }
        }
    }
}

/// <summary>A reply.</summary>
/// <param name="Code">Its code; 0 when none came, -1 when what came was none.</param>
/// <param name="Text">The code and the text, without control characters.</param>
internal readonly record struct Reply(int Code, string Text)
{
    /// <summary>Nothing came in time, or the connection is closed.</summary>
    public static readonly Reply None = new(0, "no answer");

    /// <summary>The first digit: 2 yes, 3 go on, 4 not now, 5 no.</summary>
    public int Kind => Code / 100;
}
