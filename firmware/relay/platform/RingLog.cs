using System;
using System.Text;

namespace SmtpEmbedded.Relay.Platform;

/// <summary>
/// The last lines of the log, in a ring of fixed size in memory: flash is for mail. Lines can be written on to the console as
/// well. From any thread.
/// </summary>
public sealed class RingLog : ILog
{
    private const int LongestLine = 200;

    private readonly object _lock = new object();
    private readonly byte[] _ring;
    private readonly IClock _clock;
    private readonly LogLevel _least;
    private readonly bool _toConsole;
    private int _end;
    private bool _isFull;

    /// <summary>Makes an empty log.</summary>
    /// <param name="clock">Lines begin with the uptime.</param>
    /// <param name="bytes">The size of the ring.</param>
    /// <param name="least">What matters less is left out.</param>
    /// <param name="toConsole">Whether each line goes to the console too.</param>
    public RingLog(IClock clock, int bytes, LogLevel least, bool toConsole)
    {
        _clock = clock;
        _ring = new byte[bytes];
        _least = least;
        _toConsole = toConsole;
    }

    /// <inheritdoc/>
    public void Write(LogLevel level, string source, string text)
    {
        if (level < _least)
        {
            return;
        }

        string line = (_clock.UptimeMilliseconds / 1000).ToString() + " " + Name(level) + " " + source + ": " + text;
        if (line.Length > LongestLine)
        {
            line = line.Substring(0, LongestLine);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(line);
        lock (_lock)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                Put(bytes[i]);
            }

            Put(Ascii.Lf);
        }

        if (_toConsole)
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>The lines that are kept, oldest first, each with LF at its end.</summary>
    public byte[] Read()
    {
        lock (_lock)
        {
            if (!_isFull)
            {
                byte[] all = new byte[_end];
                Array.Copy(_ring, 0, all, 0, _end);
                return all;
            }

            // The oldest line has lost its beginning.
            int start = _end;
            for (int i = 0; i < _ring.Length && _ring[start] != Ascii.Lf; i++)
            {
                start = (start + 1) % _ring.Length;
            }

            start = (start + 1) % _ring.Length;
            int count = (_end - start + _ring.Length) % _ring.Length;
            byte[] lines = new byte[count];
            int first = count < _ring.Length - start ? count : _ring.Length - start;
            Array.Copy(_ring, start, lines, 0, first);
            Array.Copy(_ring, 0, lines, first, count - first);
            return lines;
        }
    }

    private void Put(byte value)
    {
        _ring[_end++] = value;
        if (_end == _ring.Length)
        {
            _end = 0;
            _isFull = true;
        }
    }

    private static string Name(LogLevel level)
    {
        switch (level)
        {
            case LogLevel.Debug:
                return "debug";
            case LogLevel.Information:
                return "info";
            case LogLevel.Warning:
                return "warning";
            default:
                return "ERROR";
        }
    }
}
