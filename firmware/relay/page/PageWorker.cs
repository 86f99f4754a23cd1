using System;
using System.Text;

namespace SmtpEmbedded.Relay.Page;

/// <summary>A thread that answers one request after another, each on a connection of its own.</summary>
internal sealed class PageWorker : ITask, ITrialSteps
{
    private const string Source = "page";
    private const int SendTimeout = 10 * 1000;
    private const string Html = "text/html; charset=utf-8";
    private const string Plain = "text/plain; charset=utf-8";
    private const string Json = "application/json";
    private const string NoChange = "This is not for you: log in again";

    private readonly IPageHost _host;
    private readonly PageSessions _sessions;
    private readonly PageRequest _request;
    private readonly PageState _state;
    private readonly SettingsMask _mask = new SettingsMask();
    private readonly IClock _clock;
    private readonly ILog _log;
    private readonly ISignal _work;
    private readonly object _lock = new object();
    private IConnection? _client;
    private string _peer = "";
    private bool _isStopping;

    public PageWorker(IPageHost host, PageSessions sessions, IPlatform platform, ILog log, int requestBytes, int timeout)
    {
        _host = host;
        _sessions = sessions;
        _clock = platform.Clock;
        _request = new PageRequest(_clock, requestBytes, timeout);
        _state = new PageState(host, _clock);
        _log = log;
        _work = platform.CreateSignal();
    }

    /// <summary>Gives it a client.</summary>
    /// <returns>False when it has one.</returns>
    public bool Take(IConnection client, string peer)
    {
        lock (_lock)
        {
            if (_client != null || _isStopping)
            {
                return false;
            }

            _client = client;
            _peer = peer;
        }

        _work.Set();
        return true;
    }

    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            _client?.Close();
        }

        _work.Set();
    }

    public void Run()
    {
        while (!_isStopping)
        {
            _work.Wait(60 * 1000);
            IConnection? client;
            lock (_lock)
            {
                client = _client;
            }

            if (client != null)
            {
                try
                {
                    Serve(client);
                }
                catch (Exception failure)
                {
                    // On a board memory may have run out.
                    Fault.Log(_log, Source, "A request failed: ", failure);
                }

                client.Close();
                lock (_lock)
                {
                    _client = null;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Step(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        _client!.Send(bytes, 0, bytes.Length, SendTimeout);
    }

    private void Serve(IConnection client)
    {
        int status = _request.Read(client);
        if (status < 0)
        {
            return;
        }

        if (status != 0)
        {
            Refuse(client, status, status == 408 ? "The request took too long" : status == 400 ? "This is no request" : "The request is too large");
            return;
        }

        if (_request.IsGet && _request.Path == "/")
        {
            // Without secrets: it asks for them, and shows what its session may see.
            string encoding = _host.HtmlEncoding;
            Send(client, 200, Html, encoding.Length == 0 ? "" : "Content-Encoding: " + encoding + "\r\n", _host.ReadHtml());
            return;
        }

        if (_request.IsPost && _request.IsForeign)
        {
            Refuse(client, 403, "A page of another site may not ask for this");
            return;
        }

        if (_request.IsPost && _request.Path == "/login")
        {
            LogIn(client);
            return;
        }

        string token = _sessions.TokenOf(_request.Session);
        if (token.Length == 0)
        {
            Refuse(client, 401, "Log in first");
        }
        else if (_request.IsPost && _request.Token != token)
        {
            Refuse(client, 403, NoChange);
        }
        else
        {
            Answer(client, token);
        }
    }

    private void LogIn(IConnection client)
    {
        int wait = _sessions.Wait;
        if (wait > 0)
        {
            Refuse(client, 429, "Too many wrong passwords: try again in " + wait.ToString() + " s");
            return;
        }

        string session = _sessions.Open(_request.Bytes, _request.BodyStart, _request.BodyLength);
        if (session.Length == 0)
        {
            Refuse(client, 401, "This is not the password");
            return;
        }

        _log.Write(LogLevel.Information, Source, "Logged in from " + _peer);
        Send(client, 200, Plain, "Set-Cookie: s=" + session + "; HttpOnly; SameSite=Strict; Path=/\r\n", "");
    }

    private void Answer(IConnection client, string token)
    {
        string path = _request.Path;
        if (_request.IsGet && path == "/state")
        {
            Send(client, 200, Json, "", _state.Write(token));
        }
        else if (_request.IsGet && path == "/settings")
        {
            byte[]? file = _host.ReadSettings();
            byte[]? masked = file == null ? null : _mask.Hide(file);
            if (masked == null)
            {
                Refuse(client, 409, "The settings file cannot be read or has a mistake: put it right on the machine");
            }
            else
            {
                Send(client, 200, Plain, "", masked);
            }
        }
        else if (_request.IsPost && path == "/settings")
        {
            Store(client);
        }
        else if (_request.IsPost && path == "/test")
        {
            Try(client);
        }
        else if (_request.IsPost && path == "/logout")
        {
            _sessions.Close(_request.Session);
            Send(client, 200, Plain, "", "");
        }
        else
        {
            Refuse(client, 404, "There is no such thing here");
        }
    }

    private void Store(IConnection client)
    {
        byte[]? old = _host.ReadSettings();
        byte[] file = new byte[_request.BodyLength];
        System.Array.Copy(_request.Bytes, _request.BodyStart, file, 0, file.Length);
        file = _mask.Restore(file, old ?? new byte[0]);
        SettingsReader reader = new SettingsReader();
        if (!reader.Read(file, file.Length, _host.CreateDefaults()))
        {
            Send(client, 422, Plain, "", reader.ErrorLine.ToString() + ":" + reader.ErrorColumn.ToString() + ":" + reader.Error);
            return;
        }

        string error = _host.WriteSettings(file);
        if (error.Length > 0)
        {
            Refuse(client, 500, error);
            return;
        }

        _log.Write(LogLevel.Warning, Source, "Settings changed from " + _peer + "; starting again with them");
        Send(client, 200, Plain, "", "");
        _host.Restart();
    }

    /// <summary>The steps are sent as they happen; the last line is the verdict, its parts with tabs between.</summary>
    private void Try(IConnection client)
    {
        _log.Write(LogLevel.Information, Source, "Test mail asked for from " + _peer);
        SendHead(client, 200, Plain, "", -1);
        SmarthostTrial trial = new SmarthostTrial(_host.Settings, _host.CreateConnector(), _clock);
        bool isGood = trial.Run(_host.Settings.Smarthost, true, this);
        Step(isGood ? "OK" : "WRONG\t" + trial.Wrong + "\t" + trial.Reason + "\t" + trial.Advice);
    }

    /// <summary>A refusal is logged, for whoever looks for the reason later.</summary>
    private void Refuse(IConnection client, int status, string reason)
    {
        // Every page that is opened asks once whether it has a session: no news.
        bool isUsual = status == 401 && _request.Path == "/state" && _request.Session.Length == 0;
        _log.Write(isUsual ? LogLevel.Debug : LogLevel.Warning, Source, _peer + " refused with " + status.ToString() + ": " + reason);
        Send(client, status, Plain, "", reason);
    }

    private void Send(IConnection client, int status, string type, string field, string body)
    {
        Send(client, status, type, field, Encoding.UTF8.GetBytes(body));
    }

    private void Send(IConnection client, int status, string type, string field, byte[] body)
    {
        if (SendHead(client, status, type, field, body.Length))
        {
            client.Send(body, 0, body.Length, SendTimeout);
        }
    }

    private bool SendHead(IConnection client, int status, string type, string field, int length)
    {
        byte[] head = Encoding.UTF8.GetBytes(
            "HTTP/1.1 " + status.ToString() + " -\r\nContent-Type: " + type + "\r\nConnection: close\r\nCache-Control: no-store\r\n"
            + "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nX-Frame-Options: DENY\r\n"
            + "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'\r\n"
            + field + (length < 0 ? "\r\n" : "Content-Length: " + length.ToString() + "\r\n\r\n"));
        return client.Send(head, 0, head.Length, SendTimeout);
    }
}
