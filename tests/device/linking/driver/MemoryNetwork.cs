using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using SmtpEmbedded.Relay;

/// <summary>A machine without a network: threads of .NET, a clock that stands still, and connections in memory.</summary>
public sealed class MemoryNetwork : IPlatform, IClock, ILog, IConnector
{
    private readonly List<string> _log = new();
    private readonly StringBuilder _smarthost = new();
    private volatile MemoryConnection _connection;

    public MemoryListener Listener { get; private set; }

    /// <summary>Why nobody reaches the smarthost; empty when somebody does.</summary>
    public string Away { get; set; } = "";

    /// <summary>A command the smarthost refuses once, for good.</summary>
    public string Refuse { get; set; } = "";

    /// <summary>Whether the relay has a connection to the smarthost that it has not closed.</summary>
    public bool IsConnected => _connection is { IsClosed: false };

    public long Now { get; set; } = 1000;

    public IClock Clock => this;

    public IConnector Connector => this;

    public bool IsSet => true;

    public long UtcMilliseconds => 1772368496000 + Now;

    public long UptimeMilliseconds => Now;

    public bool HasMore => false;

    public string Error { get; private set; } = "";

    public IListener Listen(string address, int port) => Listener = new MemoryListener(port);

    public bool Start(ITask task)
    {
        new Thread(task.Run) { IsBackground = true }.Start();
        return true;
    }

    public ISignal CreateSignal() => new MemorySignal();

    public IConnection Connect(Smarthost smarthost, int choice, int timeoutMilliseconds)
    {
        if (Away.Length > 0)
        {
            Error = Away;
            return null;
        }

        Error = "";
        var connection = new MemoryConnection(Answer);
        connection.Say("220 " + smarthost.Host + " ready\r\n");
        _connection = connection;
        return connection;
    }

    public void Write(LogLevel level, string source, string text)
    {
        lock (_log)
        {
            // Threads take turns as they like: only a count of each line is worth comparing.
            _log.Add((int)level + " " + source + ": " + text);
        }
    }

    public string Log()
    {
        lock (_log)
        {
            return string.Join("\n", _log.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>All that the smarthost was told; what is drawn by lot is left out.</summary>
    public string Smarthost() => Regex.Replace(_smarthost.ToString(), @"\d{10,}\.[\d.]+", "UNIQUE");

    private string Answer(string line, bool isData)
    {
        _smarthost.Append(line).Append('\n');
        if (isData)
        {
            if (line != ".")
            {
                return null;
            }

            return "250 2.0.0 taken\r\n";
        }

        if (Refuse.Length > 0 && line.StartsWith(Refuse, StringComparison.Ordinal))
        {
            Refuse = "";
            return "550 5.1.1 nobody here of that name\r\n";
        }

        return line.Split(' ')[0] switch
        {
            "EHLO" => "250-smart.test\r\n250-SIZE 100000\r\n250-8BITMIME\r\n250 PIPELINING\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 2.1.0 ok\r\n",
        };
    }

    private sealed class MemorySignal : ISignal
    {
        private readonly AutoResetEvent _event = new(false);

        public void Set() => _event.Set();

        public bool Wait(int timeoutMilliseconds) => _event.WaitOne(Math.Max(0, timeoutMilliseconds));
    }
}
