using System.Text;

namespace SmtpEmbedded.Relay.Page;

/// <summary>Reads one request, bounded in bytes and in time. Reusable; one thread at a time.</summary>
internal sealed class PageRequest
{
    private readonly PageParser _parser = new PageParser();
    private readonly CookieParser _cookies = new CookieParser();
    private readonly IClock _clock;
    private readonly int _timeout;
    private int _end;
    private string _field = "";
    private string _host = "";
    private string _origin = "";

    /// <param name="clock">For the deadline.</param>
    /// <param name="bytes">The most a request may have, head and body.</param>
    /// <param name="timeout">The longest it may take to come, in milliseconds.</param>
    public PageRequest(IClock clock, int bytes, int timeout)
    {
        _clock = clock;
        _timeout = timeout;
        Bytes = new byte[bytes];
    }

    public byte[] Bytes { get; }

    public int BodyStart { get; private set; }

    public int BodyLength { get; private set; }

    public bool IsGet { get; private set; }

    public bool IsPost { get; private set; }

    public string Path { get; private set; } = "";

    public string Session { get; private set; } = "";

    public string Token { get; private set; } = "";

    /// <summary>Whether it comes from a page of another site.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>Reads a request.</summary>
    /// <returns>0 when it is whole; else the HTTP status to answer with, or -1 when there is nobody to answer.</returns>
    public int Read(IConnection connection)
    {
        _parser.Reset();
        _end = 0;
        BodyStart = 0;
        BodyLength = 0;
        IsGet = IsPost = IsForeign = false;
        Path = Session = Token = _field = _host = _origin = "";
        long deadline = _clock.UptimeMilliseconds + _timeout;
        while (_parser.State == PageParser.Outcome.NeedsMore)
        {
            if (BodyStart == _end)
            {
                int status = Receive(connection, deadline);
                if (status != 0)
                {
                    return status;
                }
            }

            // It stops early when its list of captures is full.
            BodyStart += _parser.Feed(Bytes, BodyStart, _end - BodyStart);
            TakeCaptures();
        }

        if (_parser.State != PageParser.Outcome.Matched || BodyLength < 0)
        {
            return 400;
        }

        IsForeign = _origin.Length > 0 && _origin != "http://" + _host && _origin != "https://" + _host;
        if (BodyLength > Bytes.Length - BodyStart)
        {
            return 413;
        }

        while (_end - BodyStart < BodyLength)
        {
            int status = Receive(connection, deadline);
            if (status != 0)
            {
                return status;
            }
        }

        return 0;
    }

    private int Receive(IConnection connection, long deadline)
    {
        long left = deadline - _clock.UptimeMilliseconds;
        if (left <= 0)
        {
            return 408;
        }

        if (_end == Bytes.Length)
        {
            return 431;
        }

        int count = connection.Receive(Bytes, _end, Bytes.Length - _end, (int)left);
        if (count <= 0)
        {
            return count == Connection.TimedOut ? 408 : -1;
        }

        _end += count;
        return 0;
    }

    private void TakeCaptures()
    {
        for (int i = 0; i < _parser.CaptureCount; i++)
        {
            int start = _parser.CaptureStart(i);
            int end = _parser.CaptureEnd(i);
            switch (_parser.CaptureRule(i))
            {
                case PageParser.Rule.PageMethod:
                    string method = Text(start, end);
                    IsGet = method == "GET";
                    IsPost = method == "POST";
                    break;
                case PageParser.Rule.PagePath:
                    Path = Text(start, end);
                    break;
                case PageParser.Rule.PageFieldName:
                    _field = Text(start, end).ToLower();
                    break;
                default:
                    TakeValue(start, end);
                    break;
            }
        }

        _parser.ClearCaptures();
    }

    private void TakeValue(int start, int end)
    {
        switch (_field)
        {
            case "content-length":
                BodyLength = end - start > 8 ? int.MaxValue : (int)Ascii.ReadNumber(Bytes, start, end);
                break;
            case "host":
                _host = Text(start, end);
                break;
            case "origin":
                _origin = Text(start, end);
                break;
            case "x-token":
                Token = Text(start, end);
                break;
            case "cookie":
                TakeCookies(start, end);
                break;
        }
    }

    private void TakeCookies(int start, int end)
    {
        _cookies.Reset();
        string name = "";
        int fed = start;
        while (fed < end && _cookies.State == CookieParser.Outcome.NeedsMore)
        {
            fed += _cookies.Feed(Bytes, fed, end - fed);
            name = TakeSession(start, name);
        }

        _cookies.Finish();
        TakeSession(start, name);
    }

    /// <returns>The name of the last cookie, whose value may follow.</returns>
    private string TakeSession(int start, string name)
    {
        for (int i = 0; i < _cookies.CaptureCount; i++)
        {
            string text = Text(start + _cookies.CaptureStart(i), start + _cookies.CaptureEnd(i));
            if (_cookies.CaptureRule(i) == CookieParser.Rule.PageCookieName)
            {
                name = text;
            }
            else if (name == "s")
            {
                Session = text;
            }
        }

        _cookies.ClearCaptures();
        return name;
    }

    private string Text(int start, int end) => Encoding.UTF8.GetString(Bytes, start, end - start);
}
