using System;

namespace SmtpEmbedded.Fuzz;

/// <summary>
/// One input: octets as any fuzzer makes them, read as a dialogue. The first octet picks a profile (<see cref="Profiles"/>).
/// What follows is what the client sends, until FF FE and a letter: something happens to the session (<see cref="SessionEvent"/>);
/// after it the client goes on. Whatever the octets are, they are an input.
/// </summary>
internal readonly struct FuzzInput
{
    private readonly byte[] _octets;

    public FuzzInput(byte[] octets) => _octets = octets;

    public byte[] Octets => _octets;

    public int Profile => _octets.Length == 0 ? 0 : _octets[0];

    /// <summary>Where the client's octets begin.</summary>
    public int Start => Math.Min(1, _octets.Length);

    /// <summary>The end of what the client sends from a place on: the next event or the end.</summary>
    public int EndOfSending(int from)
    {
        for (int i = from; i + 2 < _octets.Length; i++)
        {
            if (_octets[i] == 0xFF && _octets[i + 1] == 0xFE)
            {
                return i;
            }
        }

        return _octets.Length;
    }

    /// <summary>The event at a place that <see cref="EndOfSending"/> returned.</summary>
    public SessionEvent EventAt(int place) => (SessionEvent)_octets[place + 2];

    /// <summary>How many octets an event takes.</summary>
    public const int EventLength = 3;
}

/// <summary>What may happen to a session besides octets; any other letter is nothing.</summary>
internal enum SessionEvent : byte
{
    /// <summary>The TLS handshake it wants succeeds.</summary>
    Handshake = (byte)'T',

    /// <summary>The TLS handshake it wants fails.</summary>
    NoHandshake = (byte)'F',

    /// <summary>Nothing comes until its deadline.</summary>
    Expire = (byte)'E',

    /// <summary>Time passes.</summary>
    Wait = (byte)'W',

    /// <summary>The relay stops.</summary>
    Stop = (byte)'S',

    /// <summary>The client is gone.</summary>
    Vanish = (byte)'V',

    /// <summary>The spool gets full, or has room again.</summary>
    Full = (byte)'D',

    /// <summary>The spool's messages are not durable, or are again.</summary>
    Undurable = (byte)'U',

    /// <summary>The spool does not end messages, or does again.</summary>
    Endless = (byte)'N',
}
