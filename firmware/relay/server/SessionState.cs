namespace SmtpEmbedded.Relay;

// How a submission session goes.
//
// Two things are kept apart. SessionState is where the dialogue stands: which commands are in order now (RFC 5321 section
// 4.1.4). SessionWants is what the driver has to do next. A session takes bytes only while it wants Input.
//
//                      EHLO/HELO            MAIL                RCPT               DATA 354          end of data
//      Connected ----------------> Greeted ------> Sender ----------> Recipients ----------> Data --------------+
//                                   ^  ^             | RSET, EHLO         |  |                                   |
//                                   |  +-------------+--------------------+  | BDAT                refused: reply|
//                                   |                                        v                                   |
//                                   |  reply        commit         LAST    Chunk <--> BetweenChunks              |
//                                   +------- Committing <------------------- (octets)    (commands)              |
//                                               ^                                                                |
//                                               +----------------------------------------------------------------+
//
//   Early --(GreetingDelay)--> Connected; Greeted --AUTH--> Authenticating --> Greeted; STARTTLS: back to Connected, in TLS.
//
// - Commands come as lines. CommandReader gathers one; Sequence says whether it is in order; ServerSession carries it out.
// - In Data and Chunk the bytes belong to MessageReceiver, which ends a message only where the grammar says so (Data) or
//   where the announced count does (Chunk). Whatever goes wrong inside, the message is read away to its end and answered
//   there: the two sides never disagree about what is message and what is command.
// - A reply is 250 for a message only after Committing: the spool has the bytes and said they are durable.
// - Any command may fail: the reply is queued, the state stays, an error is counted; past the limit comes 421 and the end.
// - PeerClosed, Expired and Open drop a message that is not complete. Once complete it belongs to the spool.

/// <summary>Where the dialogue stands. The values are bits, so that <see cref="Sequence"/> can name several at once.</summary>
internal enum SessionState
{
    /// <summary>Greeted by us, not yet by the client.</summary>
    Connected = 1,

    /// <summary>The client has said EHLO or HELO; no transaction.</summary>
    Greeted = 2,

    /// <summary>A transaction with its reverse-path.</summary>
    Sender = 4,

    /// <summary>A transaction with at least one recipient.</summary>
    Recipients = 8,

    /// <summary>Bytes are message text until the end of data.</summary>
    Data = 16,

    /// <summary>A number of bytes announced by BDAT are message (RFC 3030).</summary>
    Chunk = 32,

    /// <summary>A message begun by BDAT awaits its next chunk; bytes are commands.</summary>
    BetweenChunks = 64,

    /// <summary>The message is complete; the spool has not yet said it is durable.</summary>
    Committing = 128,

    /// <summary>Over.</summary>
    Closed = 256,

    /// <summary>Not yet greeted: whoever speaks now speaks TLS or is no mail client.</summary>
    Early = 512,

    /// <summary>Bytes are the client's part of an AUTH exchange (RFC 4954 section 4).</summary>
    Authenticating = 1024,
}
