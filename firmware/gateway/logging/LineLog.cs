using System;
using System.IO;
using System.Text;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SmtpEmbedded.Gateway.Logging;

/// <summary>
/// Writes log lines to a stream from a thread of its own. A line alone is written at once; those that follow within
/// <see cref="GatherMilliseconds"/> go together, so that a busy relay does not wake a thread and call the system for each.
/// From any thread.
/// </summary>
public sealed class LineLog : ILoggerProvider
{
    /// <summary>How long lines gather while others have just been written.</summary>
    public const int GatherMilliseconds = 5;

    // Whoever reads our log slower than this must not cost us memory without end: writers of lines wait for it.
    private const int MostWaiting = 1 << 20;

    // A line as long as no other must not keep its buffer for ever.
    private const int MostKept = 8 * 1024;

    [ThreadStatic]
    private static StringWriter? t_line;

    private readonly object _gate = new();
    private readonly LineFormatter _formatter;
    private readonly Stream _output;
    private readonly Thread _thread;
    private StringBuilder _gathering = new();
    private StringBuilder _writing = new();
    private bool _isWriterAsleep;
    private bool _stopped;

    /// <summary>Starts the thread.</summary>
    /// <param name="formatter">Makes the lines.</param>
    /// <param name="output">Where they go; not closed.</param>
    public LineLog(LineFormatter formatter, Stream output)
    {
        _formatter = formatter;
        _output = output;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    /// <summary>Writes what waits and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Add(StringBuilder line)
    {
        lock (_gate)
        {
            while (_gathering.Length >= MostWaiting && !_stopped)
            {
                Monitor.Wait(_gate);
            }

            _gathering.Append(line);
            if (_isWriterAsleep)
            {
                _isWriterAsleep = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Run()
    {
        byte[] bytes = new byte[4096];
        while (true)
        {
            lock (_gate)
            {
                while (_gathering.Length == 0)
                {
                    if (_stopped)
                    {
                        return;
                    }

                    _isWriterAsleep = true;
                    Monitor.Wait(_gate);
                }

                _isWriterAsleep = false;
                (_gathering, _writing) = (_writing, _gathering);
                Monitor.PulseAll(_gate);
            }

            try
            {
                foreach (ReadOnlyMemory<char> chunk in _writing.GetChunks())
                {
                    int most = Encoding.UTF8.GetMaxByteCount(chunk.Length);
                    if (bytes.Length < most)
                    {
                        bytes = new byte[most];
                    }

                    _output.Write(bytes, 0, Encoding.UTF8.GetBytes(chunk.Span, bytes));
                }

                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads us any more: mail goes on without a log.
            }

            _writing.Clear();
            if (!Volatile.Read(ref _stopped))
            {
                Thread.Sleep(GatherMilliseconds);
            }
        }
    }

    private sealed class Category(LineLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            StringWriter line = t_line ??= new StringWriter();
            StringBuilder text = line.GetStringBuilder();
            text.Clear();
            log._formatter.Write(new LogEntry<TState>(logLevel, name, eventId, state, exception, formatter), line);
            log.Add(text);
            if (text.Capacity > MostKept)
            {
                t_line = null;
            }
        }
    }
}
