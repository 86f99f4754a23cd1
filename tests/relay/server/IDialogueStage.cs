using System.Collections.Generic;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>What a <see cref="Dialogue"/> is played against: a session by itself, or a gateway over TCP.</summary>
internal interface IDialogueStage
{
    /// <summary>Changed before the first <see cref="Open"/> only.</summary>
    RelaySettings Settings { get; }

    /// <summary>What went into the spool so far.</summary>
    IReadOnlyList<RecordedMessage> Messages { get; }

    /// <summary>Called when limits were changed.</summary>
    void SettingsChanged();

    /// <summary>Begins a session; one that is open is left to itself.</summary>
    void Open(byte[] address, bool secured);

    /// <summary>The client says octets; character n is octet n.</summary>
    void Feed(string octets, Cuts cuts);

    /// <summary>The next line of the server without CRLF, once it is there; null when there is none.</summary>
    string? TakeLine();

    /// <summary>The same line, which stays.</summary>
    string? PeekLine();

    /// <summary>Everything the server has said by now and nobody has taken.</summary>
    string TakeOutput();

    /// <summary>Something happens to the session or around it.</summary>
    void Do(string[] words);

    /// <summary>Asserts what can be seen from here.</summary>
    void Check(string fact);

    /// <summary>The client goes; of what it has not finished nothing may be left.</summary>
    void End();
}
