using System;

namespace SmtpEmbedded.Relay;

/// <summary>What <see cref="CommandReader"/> has made of the bytes so far.</summary>
internal enum CommandReading
{
    /// <summary>The line goes on.</summary>
    Pending,

    /// <summary>A whole line that is a command; <see cref="CommandReader.Parser"/> says which, <see cref="CommandReader.Line"/> holds it.</summary>
    Command,

    /// <summary>A whole line that begins with no verb we know.</summary>
    UnknownVerb,

    /// <summary>A whole line whose verb is known and whose rest is wrong from <see cref="CommandReader.ErrorOffset"/> on.</summary>
    BadArgument,

    /// <summary>The line is past the limit. Said as soon as it is, for a client that waits without ever ending its line; the rest is read away by further calls.</summary>
    TooLong,

    /// <summary>So much was read away of a line that is too long that nothing sensible can follow.</summary>
    Endless,
}

/// <summary>
/// Gathers command lines. Every byte goes through the generated parser as it comes, so any cut of the input gives the same;
/// the bytes are kept only because captures are offsets into the line. A line that fails is read away to its LF, so that the
/// next one starts clean; one that is too long costs no memory. Allocates nothing but room for the longest line so far.
/// </summary>
internal sealed class CommandReader
{
    /// <summary>How many captures a command may have; the parser is made for as many.</summary>
    public const int MostCaptures = 24;

    private readonly int _longestLine;
    private readonly long _longestSkip;
    private readonly CommandParser _parser = new CommandParser();
    private byte[] _line = new byte[0];
    private CommandReading _reading;
    private int _length;
    private bool _failed;
    private bool _isTooLong;
    private byte _offendingByte;
    private long _skipped;

    /// <summary>Makes a reader.</summary>
    /// <param name="longestLine">Octets of the longest line taken, with its CRLF.</param>
    /// <param name="longestSkip">Octets read away of a longer line before it counts as endless.</param>
    public CommandReader(int longestLine, long longestSkip)
    {
        _longestLine = longestLine;
        _longestSkip = longestSkip;
    }

    /// <summary>Asked about lines that are no commands; null in a strict session.</summary>
    public IQuirks? Quirks { get; set; }

    /// <summary>For <see cref="IQuirks.Rewrite"/>.</summary>
    public byte[] Recipient { get; set; } = new byte[0];

    /// <summary>The line read last; valid until the next <see cref="Read"/>. Of a line that is no command not all is there.</summary>
    public byte[] Line => _line;

    /// <summary>The parser that has read it.</summary>
    public CommandParser Parser => _parser;

    /// <summary>What was made of the bytes, after <see cref="Read"/>.</summary>
    public CommandReading Reading => _reading;

    /// <summary>After <see cref="CommandReading.BadArgument"/>: where in the line the first wrong octet stands, from 0.</summary>
    public int ErrorOffset => _parser.Position;

    /// <summary>After <see cref="CommandReading.BadArgument"/>: what would have been accepted there, in words of the grammar; empty where there is nothing to say.</summary>
    public string Expected => _parser.State == CommandParser.Outcome.Failed ? _parser.Expected : "";

    /// <summary>Forgets everything; the next byte is the first of a line.</summary>
    public void Reset()
    {
        _parser.Reset();
        _reading = CommandReading.Pending;
        _length = 0;
        _failed = false;
        _isTooLong = false;
        _skipped = 0;
    }

    /// <summary>Takes bytes up to the end of the line, or to where it gets too long.</summary>
    /// <returns>How many were taken, at least one; <see cref="Reading"/> says what came of it.</returns>
    public int Read(byte[] buffer, int offset, int count)
    {
        if (_reading == CommandReading.TooLong)
        {
            _reading = CommandReading.Pending;
        }
        else if (_reading != CommandReading.Pending)
        {
            Reset();
        }

        int at = offset;
        int end = offset + count;
        while (at < end && _reading == CommandReading.Pending)
        {
            if (_failed)
            {
                Skip(buffer[at]);
                at++;
            }
            else
            {
                at += Parse(buffer, at, end - at);
            }
        }

        return at - offset;
    }

    private int Parse(byte[] buffer, int offset, int count)
    {
        int room = _longestLine - _length;
        int fed = count < room ? count : room;
        _parser.Feed(buffer, offset, fed);
        int used = _parser.Position - _length;
        MakeRoom(_length + used);
        Array.Copy(buffer, offset, _line, _length, used);
        _length += used;

        if (_parser.State == CommandParser.Outcome.Matched)
        {
            _reading = CommandReading.Command;
        }
        else if (used < fed || _parser.CaptureCount >= MostCaptures)
        {
            // Failed, or holds all the captures it can: more parameters than any real command has.
            _failed = true;
            _offendingByte = used < fed ? buffer[offset + used] : Ascii.Lf;
        }
        else if (_length == _longestLine)
        {
            _failed = true;
            _isTooLong = true;
            _reading = CommandReading.TooLong;
        }

        return used;
    }

    // Reads away one byte of a line that is no command.
    private void Skip(byte value)
    {
        if (_length + _skipped < _longestLine && Quirks != null)
        {
            MakeRoom(_length + (int)_skipped + 1);
            _line[_length + (int)_skipped] = value;
        }

        _skipped++;
        if (value == Ascii.Lf)
        {
            if (_isTooLong)
            {
                // Answered already: on to the next line.
                Reset();
            }
            else if (Quirks != null && Rewrite(Quirks))
            {
                _reading = CommandReading.Command;
            }
            else
            {
                _reading = IsVerbKnown() ? CommandReading.BadArgument : CommandReading.UnknownVerb;
            }
        }
        else if (_isTooLong)
        {
            if (_skipped > _longestSkip)
            {
                _reading = CommandReading.Endless;
            }
        }
        else if (_length + _skipped >= _longestLine)
        {
            _isTooLong = true;
            _reading = CommandReading.TooLong;
        }
    }

    private void MakeRoom(int count)
    {
        if (count > _line.Length)
        {
            _line = Growth.Of(_line, 0, _line.Length, count, _longestLine);
        }
    }

    private bool Rewrite(IQuirks quirks)
    {
        MakeRoom(_longestLine);
        int length = quirks.Rewrite(_line, _length + (int)_skipped, Recipient);
        if (length > 0)
        {
            _parser.Reset();
            _length = _parser.Feed(_line, 0, length);
        }

        return length > 0 && _parser.State == CommandParser.Outcome.Matched && _length == length;
    }

    // The parser has failed inside or after the first word. The word was a verb if all its letters were taken and the one
    // that was not goes on with something else: "MAIL<CR>" knows its verb, "MAILX" and "MAI" do not.
    private bool IsVerbKnown()
    {
        int length = VerbLength(_parser.MatchedAlternative);
        int position = _parser.Position;
        return length > 0
            && (position > length || position == length && !Ascii.IsLetter(_offendingByte) && !Ascii.IsDigit(_offendingByte));
    }

    private static int VerbLength(CommandParser.Alternative verb)
    {
        switch (verb)
        {
            case CommandParser.Alternative.None: return 0;
            case CommandParser.Alternative.Foreign: return 0;
            case CommandParser.Alternative.Starttls: return 8;
            default: return 4;
        }
    }
}
