using System;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>
/// Judges everything a server has said by grammar/replies.abnf, and by what that cannot say: 512 octets a line (RFC 5321 section
/// 4.5.3.1.5), one code for all lines of a reply, printing ASCII, an enhanced code of the same class where one belongs (RFC 2034
/// section 4), nothing after the last word.
/// </summary>
internal sealed class ReplyOracle
{
    private const int LongestLine = 512;

    private readonly ReplyParser _parser = new();

    public void Check(byte[] replies, int count)
    {
        int code = 0;
        bool isOver = false;
        for (int start = 0; start < count;)
        {
            _parser.Reset();
            int length = _parser.Feed(replies, start, count - start);
            ReadOnlySpan<byte> line = replies.AsSpan(start, length);
            Finding.When(_parser.State != ReplyParser.Outcome.Matched, "not a reply");
            Finding.When(length > LongestLine, "a reply line of more than 512 octets");
            Finding.When(line[..^2].IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0, "a reply with something that does not print");
            Finding.When(isOver, "something after the last word");
            int own = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
            Finding.When(code != 0 && own != code, "a reply of several codes");
            int enhanced = _parser.Find(ReplyParser.Rule.EnhancedStatus, 0);
            if (enhanced >= 0)
            {
                Finding.When(line[_parser.CaptureStart(enhanced)] != line[0], "an enhanced code of another class");
            }
            else
            {
                Finding.When(own is not (220 or 250 or 334 or 354), "a reply without an enhanced code");
            }

            Finding.When(length < 6, "a reply without a separator");
            code = line[3] == '-' ? own : 0;
            isOver = own is 221 or 421;
            start += length;
        }

        Finding.When(code != 0, "a reply without its last line");
    }
}
