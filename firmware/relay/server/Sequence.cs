namespace SmtpEmbedded.Relay;

/// <summary>
/// The order of commands (RFC 5321 section 4.1.4; for BDAT RFC 3030 section 2) as a table: in which states a verb is in
/// order, and what to say where it is not. Switches and not arrays: on the device a switch costs flash, an array memory.
/// </summary>
internal static class Sequence
{
    private const int Connected = (int)SessionState.Connected;
    private const int Greeted = (int)SessionState.Greeted;
    private const int Sender = (int)SessionState.Sender;
    private const int Recipients = (int)SessionState.Recipients;
    private const int BetweenChunks = (int)SessionState.BetweenChunks;
    private const int Any = Connected | Greeted | Sender | Recipients | BetweenChunks;

    /// <summary>Whether the verb is in order in the state.</summary>
    public static bool Allows(CommandParser.Alternative verb, SessionState state)
    {
        return (StatesFor(verb) & (int)state) != 0;
    }

    /// <summary>The 503 that says what is missing.</summary>
    public static string Refusal(CommandParser.Alternative verb, SessionState state)
    {
        switch (state)
        {
            case SessionState.Connected: return Replies.SayHelloFirst;
            case SessionState.Greeted: return Replies.SayMailFirst;
            case SessionState.BetweenChunks: return Replies.ChunksOnly;
            default: return verb == CommandParser.Alternative.Data || verb == CommandParser.Alternative.Bdat ? Replies.SayRecipientFirst : Replies.NestedMail;
        }
    }

    private static int StatesFor(CommandParser.Alternative verb)
    {
        switch (verb)
        {
            // EHLO and HELO are in order at any time and then do what RSET does (RFC 5321 section 4.1.4).
            case CommandParser.Alternative.Ehlo: return Any;
            case CommandParser.Alternative.Helo: return Any;
            case CommandParser.Alternative.Mail: return Greeted;
            case CommandParser.Alternative.Rcpt: return Sender | Recipients;
            case CommandParser.Alternative.Data: return Recipients;
            case CommandParser.Alternative.Bdat: return Recipients | BetweenChunks;
            case CommandParser.Alternative.Starttls: return Connected | Greeted;
            case CommandParser.Alternative.Auth: return Greeted;
            default: return Any;
        }
    }
}
