namespace SmtpEmbedded.Relay.Page;

/// <summary>Who is logged in: a few places, each with a name only the browser's cookie has and a token only its page has. Also keeps guessers waiting. From any thread.</summary>
internal sealed class PageSessions
{
    private const int Places = 4;
    private const long Idle = 30 * 60 * 1000;
    private const int Tries = 5;
    private const long Pause = 60 * 1000;

    private readonly IPageHost _host;
    private readonly IClock _clock;
    private readonly string[] _names = new string[Places];
    private readonly string[] _tokens = new string[Places];
    private readonly long[] _used = new long[Places];
    private readonly object _lock = new object();
    private int _wrong;
    private long _pauseEnd;

    public PageSessions(IPageHost host, IClock clock)
    {
        _host = host;
        _clock = clock;
        for (int i = 0; i < Places; i++)
        {
            Close(i);
        }
    }

    /// <summary>Seconds until a password may be tried again; 0: now.</summary>
    public int Wait
    {
        get
        {
            lock (_lock)
            {
                long left = _pauseEnd - _clock.UptimeMilliseconds;
                return left <= 0 ? 0 : (int)(left / 1000) + 1;
            }
        }
    }

    /// <summary>Tries a password.</summary>
    /// <returns>The new session's name; empty when it is wrong. The session used least lately makes room.</returns>
    public string Open(byte[] bytes, int start, int count)
    {
        bool isGood = _host.IsPassword(bytes, start, count);
        lock (_lock)
        {
            if (!isGood)
            {
                if (++_wrong >= Tries)
                {
                    _wrong = 0;
                    _pauseEnd = _clock.UptimeMilliseconds + Pause;
                }

                return "";
            }

            _wrong = 0;
            int place = 0;
            for (int i = 1; i < Places; i++)
            {
                place = _used[i] < _used[place] ? i : place;
            }

            _names[place] = Secret();
            _tokens[place] = Secret();
            _used[place] = _clock.UptimeMilliseconds;
            return _names[place];
        }
    }

    /// <summary>The token of a session; empty when there is no such session.</summary>
    public string TokenOf(string name)
    {
        lock (_lock)
        {
            int place = Find(name);
            return place < 0 ? "" : _tokens[place];
        }
    }

    /// <summary>Ends a session.</summary>
    public void Close(string name)
    {
        lock (_lock)
        {
            int place = Find(name);
            if (place >= 0)
            {
                Close(place);
            }
        }
    }

    private void Close(int place)
    {
        _names[place] = "";
        _tokens[place] = "";
        _used[place] = -Idle;
    }

    private int Find(string name)
    {
        for (int i = 0; i < Places && name.Length > 0; i++)
        {
            if (_names[i] == name)
            {
                if (_clock.UptimeMilliseconds - _used[i] < Idle)
                {
                    _used[i] = _clock.UptimeMilliseconds;
                    return i;
                }

                Close(i);
            }
        }

        return -1;
    }

    private string Secret()
    {
        byte[] bytes = new byte[16];
        _host.Randomize(bytes);
        string text = "";
        for (int i = 0; i < bytes.Length; i++)
        {
            text += bytes[i].ToString("X2");
        }

        return text;
    }
}
