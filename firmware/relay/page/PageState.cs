using System.Text;

namespace SmtpEmbedded.Relay.Page;

/// <summary>The state of the relay as JSON (RFC 8259), for the page. Times are uptime in milliseconds. One thread at a time.</summary>
internal sealed class PageState
{
    private const int MostQueued = 20;

    private readonly IPageHost _host;
    private readonly IClock _clock;
    private readonly QueuedMessage[] _queue = new QueuedMessage[MostQueued];
    private StringBuilder _text = new StringBuilder();

    public PageState(IPageHost host, IClock clock)
    {
        _host = host;
        _clock = clock;
    }

    public string Write(string token)
    {
        _text = new StringBuilder();
        _text.Append("{");
        Text("token", token);
        Text("host", _host.Settings.Hostname);
        Text("smarthost", _host.Settings.Smarthost.Host);
        Number("up", _clock.UptimeMilliseconds);
        Number("utc", _clock.IsSet ? _clock.UtcMilliseconds : 0);
        Number("mem", _host.MemoryUsed);
        Number("sessions", _host.Sessions);
        Number("waiting", _host.Waiting);
        Number("used", _host.PercentUsed);
        Number("raised", _host.Alerts.Raised);
        Number("sent", _host.Alerts.Sent);
        Number("dropped", _host.Alerts.Dropped);
        Journal? journal = _host.Journal;
        if (journal != null)
        {
            Number("delivered", journal.Delivered);
            Number("failed", journal.Failed);
            Number("last", journal.LastDelivery);
            Number("since", journal.TroubleSince);
            Text("trouble", journal.LastTrouble);
            Recent(journal);
        }

        Queue(journal);
        Alerts();
        byte[] log = _host.ReadLog();
        Text("log", Encoding.UTF8.GetString(log, 0, log.Length));
        _text.Append("\"v\":1}");
        return _text.ToString();
    }

    private void Recent(Journal journal)
    {
        _text.Append("\"recent\":[");
        for (int i = 0; i < Journal.Length; i++)
        {
            Attempt? attempt = journal.Latest(i);
            if (attempt != null)
            {
                Open(i > 0);
                Number("id", attempt.Id);
                Number("at", attempt.When);
                Text("to", attempt.Recipient);
                Text("why", attempt.Reply);
                Number("result", (int)attempt.Result);
                _text.Append("\"v\":1}");
            }
        }

        _text.Append("],");
    }

    private void Queue(Journal? journal)
    {
        _text.Append("\"queue\":[");
        int count = _host.Queue(_queue);
        for (int i = 0; i < count; i++)
        {
            QueuedMessage message = _queue[i];
            Open(i > 0);
            Number("id", message.Id);
            Number("alert", message.IsAlert ? 1 : 0);
            Number("size", message.Size);
            Number("at", message.AcceptedUptime);
            Number("tries", message.Attempts);
            Number("next", message.NextAttempt);
            Text("why", Why(journal, message.Id));
            _text.Append("\"v\":1}");
        }

        _text.Append("],");
    }

    /// <summary>What was said of the message in its last attempt; where there was none, what keeps all mail.</summary>
    private static string Why(Journal? journal, long id)
    {
        for (int i = 0; i < Journal.Length && journal != null; i++)
        {
            Attempt? attempt = journal.Latest(i);
            if (attempt != null && attempt.Id == id)
            {
                return attempt.Reply;
            }
        }

        return journal == null ? "" : journal.LastTrouble;
    }

    private void Alerts()
    {
        _text.Append("\"alerts\":[");
        OpenAlert?[] alerts = _host.Alerts.List();
        bool isFirst = true;
        for (int i = 0; i < alerts.Length; i++)
        {
            OpenAlert? alert = alerts[i];
            if (alert != null)
            {
                Open(!isFirst);
                isFirst = false;
                Number("severity", (int)alert.Severity);
                Text("source", alert.Origin);
                Text("title", alert.Title);
                Text("details", alert.Details);
                Number("open", alert.IsOpen ? 1 : 0);
                Number("first", alert.First);
                Number("last", alert.Last);
                Number("count", alert.Count);
                _text.Append("\"v\":1}");
            }
        }

        _text.Append("],");
    }

    private void Open(bool isFurther)
    {
        _text.Append(isFurther ? ",{" : "{");
    }

    private void Number(string name, long value)
    {
        _text.Append("\"" + name + "\":");
        _text.Append(value);
        _text.Append(",");
    }

    private void Text(string name, string value)
    {
        _text.Append("\"" + name + "\":\"");
        char[] characters = value.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            if (c == '\n')
            {
                _text.Append("\\n");
            }
            else if (c < ' ')
            {
                _text.Append(' ');
            }
            else
            {
                if (c == '"' || c == '\\')
                {
                    _text.Append('\\');
                }

                _text.Append(c);
            }
        }

        _text.Append("\",");
    }
}
