using System.Text;

namespace SmtpEmbedded.Relay;

/// <summary>
/// Reads whole replies, one line at a time (RFC 5321 section 4.2). The grammar knows a line; what it cannot say stands here:
/// all lines of a reply carry the same code, and both the length and the number of lines are bounded. Nothing is allocated
/// but room for the longest line so far, and by <see cref="Text"/> and <see cref="Fault"/>. One thread at a time.
/// </summary>
public sealed class ReplyReader
{
    /// <summary>How much of a reply's text is kept for people to read.</summary>
    private const int KeptText = 300;

    private readonly ReplyParser _parser = new ReplyParser();
    private readonly ByteBuffer _text = new ByteBuffer(KeptText);
    private readonly int _longestLine;
    private readonly int _mostLines;
    private byte[] _line = new byte[0];
    private int _lineLength;
    private int _lines;
    private int _code;
    private int _textStart;
    private int _textEnd;

    /// <summary>Makes a reader that is ready for a reply.</summary>
    public ReplyReader(Limits limits)
    {
        _longestLine = limits.ReplyLine;
        _mostLines = limits.ReplyLines;
        Fault = "";
        Reset();
    }

    /// <summary>Where the last <see cref="Read"/> has come to.</summary>
    public ReplyProgress Progress { get; private set; }

    /// <summary>The reply's code, 200 to 559.</summary>
    public int Code => _code;

    /// <summary>The code's first digit: 2 done, 3 go on, 4 not now, 5 no (RFC 5321 section 4.2.1).</summary>
    public int Severity => _code / 100;

    /// <summary>How many lines of the reply have been read; the first line of an EHLO reply offers nothing.</summary>
    public int Lines => _lines;

    /// <summary>The bytes of the line just read; its text runs from <see cref="TextStart"/> to <see cref="TextEnd"/>.</summary>
    public byte[] LineBytes => _line;

    /// <summary>Where the line's text begins: after the code and its separator.</summary>
    public int TextStart => _textStart;

    /// <summary>One past the last byte of the line's text, the CRLF left out.</summary>
    public int TextEnd => _textEnd;

    /// <summary>After <see cref="ReplyProgress.Invalid"/>: what is wrong, as the end of a sentence.</summary>
    public string Fault { get; private set; }

    /// <summary>Whether some of a reply has been read but not all of it.</summary>
    public bool IsInside => _lineLength > 0 || (_lines > 0 && Progress != ReplyProgress.Reply);

    /// <summary>The reply in words, on one line and without control characters: its code, then the text of all its lines as far as it is kept.</summary>
    public string Text => Encoding.UTF8.GetString(_text.Bytes, _text.Start, _text.Count);

    /// <summary>Makes it ready for another connection.</summary>
    public void Reset()
    {
        _lineLength = 0;
        StartReply();
    }

    /// <summary>Reads bytes up to the end of a line at most.</summary>
    /// <returns>How many bytes it took; with <see cref="ReplyProgress.NeedsMore"/> that is all of them.</returns>
    public int Read(byte[] buffer, int offset, int count)
    {
        if (Progress == ReplyProgress.Reply)
        {
            StartReply();
        }

        if (_lineLength == 0)
        {
            _parser.Reset();
        }

        // Never feed more than the line buffer holds: the captures point into it.
        int room = _longestLine - _lineLength;
        int taken = _parser.Feed(buffer, offset, count < room ? count : room);
        if (_lineLength + taken > _line.Length)
        {
            _line = Growth.Of(_line, 0, _lineLength, _lineLength + taken, _longestLine);
        }

        System.Array.Copy(buffer, offset, _line, _lineLength, taken);
        _lineLength += taken;

        switch (_parser.State)
        {
            case ReplyParser.Outcome.Matched:
                EndLine();
                break;
            case ReplyParser.Outcome.Failed:
                string expected = _parser.Expected.Length > 0 ? _parser.Expected : "something else";
                Reject("is not a reply: at byte " + (_parser.Position + 1).ToString() + " of the line " + expected + " was expected");
                break;
            default:
                if (_lineLength == _longestLine)
                {
                    Reject("is a reply line of more than " + _longestLine.ToString() + " bytes");
                }
                else
                {
                    Progress = ReplyProgress.NeedsMore;
                }

                break;
        }

        return taken;
    }

    private void StartReply()
    {
        _lines = 0;
        _code = 0;
        _text.Clear();
        Progress = ReplyProgress.NeedsMore;
    }

    private void EndLine()
    {
        int code = (int)Ascii.ReadNumber(_line, 0, 3);
        int separator = _parser.Find(ReplyParser.Rule.ReplySeparator, 0);
        bool isLast = separator < 0 || _line[_parser.CaptureStart(separator)] != (byte)'-';
        _textEnd = _lineLength;
        while (_textEnd > 3 && (_line[_textEnd - 1] == Ascii.Lf || _line[_textEnd - 1] == Ascii.Cr))
        {
            _textEnd--;
        }

        _textStart = separator < 0 ? _textEnd : _parser.CaptureEnd(separator);
        _lineLength = 0;
        _lines++;
        if (_lines == 1)
        {
            _code = code;
        }
        else if (code != _code)
        {
            Reject("changes its code from " + _code.ToString() + " to " + code.ToString() + " within one reply");
            return;
        }

        KeepText();
        if (isLast)
        {
            Progress = ReplyProgress.Reply;
        }
        else if (_lines >= _mostLines)
        {
            Reject("is a reply of more than " + _mostLines.ToString() + " lines");
        }
        else
        {
            Progress = ReplyProgress.Line;
        }
    }

    /// <summary>Appends the line's text to what is kept, the enhanced status code only once (servers repeat it on every line).</summary>
    private void KeepText()
    {
        int start = _textStart;
        if (_lines == 1)
        {
            _text.AppendNumber(_code);
        }
        else
        {
            int status = _parser.Find(ReplyParser.Rule.EnhancedStatus, 0);
            if (status >= 0)
            {
                start = _parser.CaptureEnd(status);
                while (start < _textEnd && _line[start] == Ascii.Space)
                {
                    start++;
                }
            }
        }

        if (start < _textEnd && _text.Free > 0)
        {
            _text.Append(Ascii.Space);
        }

        for (int i = start; i < _textEnd && _text.Free > 0; i++)
        {
            byte value = _line[i];
            _text.Append(value == Ascii.Tab ? Ascii.Space : Ascii.IsControl(value) || value >= 0x80 ? (byte)'?' : value);
        }
    }

    private void Reject(string fault)
    {
        Fault = fault;
        Progress = ReplyProgress.Invalid;
    }
}
