namespace SmtpEmbedded.Relay;

/// <summary>
/// Every bound of the relay in one place. Lengths are in octets with the line end unless said otherwise, times in
/// milliseconds. Where a standard demands a minimum its section is named, and a smaller value breaks the standard. Set once
/// before anything runs, then only read, from any thread.
/// </summary>
public sealed class Limits
{
    // ---- Lines and names -------------------------------------------------------------------------------------------

    /// <summary>A command line with its CRLF, before extensions add to it. At least 512 (RFC 5321 section 4.5.3.1.4).</summary>
    public int CommandLine { get; set; } = 512;

    /// <summary>
    /// What extensions add to a MAIL command: SIZE 26 (RFC 1870 section 3), 8BITMIME 17 (RFC 6152 section 2), SMTPUTF8 10
    /// (RFC 6531 section 3.1), DSN 107 (RFC 3461 section 4), AUTH 500 (RFC 4954 section 3).
    /// </summary>
    public int MailExtensions { get; set; } = 660;

    /// <summary>What extensions add to a RCPT command: DSN 500 (RFC 3461 section 4).</summary>
    public int RecipientExtensions { get; set; } = 500;

    /// <summary>A line of an AUTH exchange with its CRLF. At least 12,288 (RFC 4954 section 4).</summary>
    public int AuthLine { get; set; } = 12288;

    /// <summary>A reply line with its CRLF. At least 512 (RFC 5321 section 4.5.3.1.5); more, for smarthosts exceed it and the queue must not stand still for that.</summary>
    public int ReplyLine { get; set; } = 2048;

    /// <summary>How many lines of one reply are read from a smarthost before the reply counts as broken. Ours to choose.</summary>
    public int ReplyLines { get; set; } = 100;

    /// <summary>A line of message text with its CRLF, without a stuffed dot. At least 1,000 (RFC 5321 section 4.5.3.1.6); more, for devices send whole pages in one line and smarthosts mostly take them.</summary>
    public int TextLine { get; set; } = 16 * 1024;

    /// <summary>The part of an address before the "@". At least 64 (RFC 5321 section 4.5.3.1.1).</summary>
    public int LocalPart { get; set; } = 64;

    /// <summary>A domain name or address literal. At least 255 (RFC 5321 section 4.5.3.1.2).</summary>
    public int Domain { get; set; } = 255;

    /// <summary>A path with its angle brackets and separators. At least 256 (RFC 5321 section 4.5.3.1.3).</summary>
    public int Path { get; set; } = 256;

    // ---- Messages --------------------------------------------------------------------------------------------------

    /// <summary>Recipients of one message. At least 100 (RFC 5321 section 4.5.3.1.8).</summary>
    public int Recipients { get; set; } = 100;

    /// <summary>A message's octets as it will be sent, dots not stuffed; announced by SIZE (RFC 1870). At least 65,536 (RFC 5321 section 4.5.3.1.7).</summary>
    public long MessageBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>The octets of a message's header section. Ours to choose.</summary>
    public int HeaderBytes { get; set; } = 256 * 1024;

    /// <summary>The fields of a message's header section. Ours to choose.</summary>
    public int HeaderFields { get; set; } = 1000;

    /// <summary>Received fields past which a message is held to be in a loop. At least 100 (RFC 5321 section 6.3).</summary>
    public int Hops { get; set; } = 100;

    // ---- Sessions --------------------------------------------------------------------------------------------------

    /// <summary>Sessions served at once; one more is answered 421. Ours to choose.</summary>
    public int Sessions { get; set; } = 1000;

    /// <summary>Sessions served at once for one client address; one more is answered 421. Ours to choose.</summary>
    public int SessionsPerAddress { get; set; } = 100;

    /// <summary>Commands answered with 5yz before the session ends with 421. Ours to choose.</summary>
    public int ErrorsPerSession { get; set; } = 10;

    /// <summary>Messages in one session. Ours to choose.</summary>
    public int MessagesPerSession { get; set; } = 100000;

    /// <summary>Commands without a message accepted between them (NOOP, RSET, VRFY ...) before the session ends with 421. Ours to choose.</summary>
    public int IdleCommands { get; set; } = 200;

    /// <summary>
    /// How long a client is listened to before it is greeted, in milliseconds: one that speaks first is no mail client, or
    /// believes TLS to begin at once. 0 only looks whether it has spoken already, -1 does not even look. Ours to choose.
    /// </summary>
    public int GreetingDelay { get; set; }

    /// <summary>How many octets a session takes from its connection at once. Ours to choose.</summary>
    public int ReceiveBuffer { get; set; } = 1024;

    /// <summary>How long the thread and the buffers of a session without a client are kept for the next one, in milliseconds. Ours to choose.</summary>
    public int IdleSession { get; set; } = 5 * 60 * 1000;

    // ---- Waits as server -------------------------------------------------------------------------------------------

    /// <summary>For the next command. At least 5 minutes (RFC 5321 section 4.5.3.2.7).</summary>
    public int CommandTimeout { get; set; } = 5 * 60 * 1000;

    /// <summary>For a client's TLS handshake. Ours to choose.</summary>
    public int HandshakeTimeout { get; set; } = 60 * 1000;

    /// <summary>For the next bytes of a message. At least 3 minutes (RFC 5321 section 4.5.3.2.5).</summary>
    public int DataTimeout { get; set; } = 3 * 60 * 1000;

    /// <summary>
    /// How long a client that wants to send its message waits while the queue is full, before it is told 452. Less than the 2 minutes
    /// it may wait for 354 itself (RFC 5321 section 4.5.3.2.4). Ours to choose.
    /// </summary>
    public int RoomTimeout { get; set; }

    /// <summary>The octets of a message that begin <see cref="DataTimeout"/> anew: together they are the least rate. Ours to choose.</summary>
    public int DataBlock { get; set; } = 4096;

    /// <summary>The longest session, whatever it does. Ours to choose.</summary>
    public int SessionTimeout { get; set; } = 2 * 60 * 60 * 1000;

    // ---- Waits as client -------------------------------------------------------------------------------------------

    /// <summary>For a connection, name look-up and TLS handshake included. Ours to choose.</summary>
    public int ConnectTimeout { get; set; } = 60 * 1000;

    /// <summary>For the 220 greeting. At least 5 minutes (RFC 5321 section 4.5.3.2.1).</summary>
    public int GreetingTimeout { get; set; } = 5 * 60 * 1000;

    /// <summary>For the reply to EHLO, MAIL, RCPT and other commands. At least 5 minutes (RFC 5321 sections 4.5.3.2.2 and 4.5.3.2.3).</summary>
    public int ReplyTimeout { get; set; } = 5 * 60 * 1000;

    /// <summary>For the 354 after DATA. At least 2 minutes (RFC 5321 section 4.5.3.2.4).</summary>
    public int DataInitiationTimeout { get; set; } = 2 * 60 * 1000;

    /// <summary>For the network to take a block of the message. At least 3 minutes (RFC 5321 section 4.5.3.2.5).</summary>
    public int DataBlockTimeout { get; set; } = 3 * 60 * 1000;

    /// <summary>For the reply to the end of data. At least 10 minutes (RFC 5321 section 4.5.3.2.6).</summary>
    public int DataTerminationTimeout { get; set; } = 10 * 60 * 1000;

    /// <summary>The longest one message may take from MAIL to its last reply, whatever the smarthost does. Ours to choose.</summary>
    public int AttemptTimeout { get; set; } = 60 * 60 * 1000;

    /// <summary>The bytes a message passes through on its way to the smarthost, twice: once as read from the spool and once as sent. Ours to choose; about 1,300 are used whatever is set.</summary>
    public int ForwardBuffer { get; set; } = 16 * 1024;

    /// <summary>How long a connection without a message is kept open, for the next message to use. Ours to choose; 0 closes it at once.</summary>
    public int IdleConnection { get; set; } = 5 * 1000;

    // ---- Retries ---------------------------------------------------------------------------------------------------

    /// <summary>The wait after a message's first failed attempt; it doubles with each further one. Ours to choose: RFC 5321 section 4.5.4.1 asks for 30 minutes towards a host of others, a smarthost is our own.</summary>
    public int FirstRetry { get; set; } = 60 * 1000;

    /// <summary>The longest wait between two attempts. 2 to 3 hours are the standard's example (RFC 5321 section 4.5.4.1).</summary>
    public int LongestRetry { get; set; } = 30 * 60 * 1000;

    /// <summary>How long a message is tried before it is given up. At least 4 to 5 days (RFC 5321 section 4.5.4.1).</summary>
    public long GiveUpAfter { get; set; } = 5L * 24 * 60 * 60 * 1000;

    /// <summary>The wait after a connection could not be made at all; it doubles with each further failure. Ours to choose.</summary>
    public int FirstReconnect { get; set; } = 5 * 1000;

    /// <summary>The longest wait before a connection is tried again: how late mail may be after the network has come back. Ours to choose.</summary>
    public int LongestReconnect { get; set; } = 5 * 60 * 1000;

    /// <summary>How long a smarthost may be out of reach before the operator is sent an alert; a refusal, of the login for one, alerts at once. Ours to choose.</summary>
    public int AlertAfter { get; set; } = 15 * 60 * 1000;

    /// <summary>The least time between two alerts about one smarthost that comes and goes. Ours to choose.</summary>
    public int AlertAgain { get; set; } = 60 * 60 * 1000;

    /// <summary>Failure reports of their own that senders get in an hour; what is more is folded. Ours to choose.</summary>
    public int ReportsPerHour { get; set; } = 20;

    // ---- Spool -----------------------------------------------------------------------------------------------------

    /// <summary>A segment is closed and a new one begun once it holds this many bytes. Ours to choose.</summary>
    public int SegmentBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many messages may wait in the spool. Ours to choose; it bounds the memory of its index.</summary>
    public int QueuedMessages { get; set; } = 1000000;

    /// <summary>The share of the spool's quota that only alerts may use, in percent. Ours to choose.</summary>
    public int AlertReservePercent { get; set; } = 5;

    // ---- Alerts ----------------------------------------------------------------------------------------------------

    /// <summary>Alerts that are open at once, each with source and title. Ours to choose; it bounds the memory of the table.</summary>
    public int OpenAlerts { get; set; } = 64;

    /// <summary>The bytes of an alert's source in UTF-8; the rest is cut off. Ours to choose.</summary>
    public int AlertSource { get; set; } = 100;

    /// <summary>The bytes of an alert's title in UTF-8; the rest is cut off. Ours to choose.</summary>
    public int AlertTitle { get; set; } = 300;

    /// <summary>The bytes of an alert's details in UTF-8; the rest is cut off. Ours to choose.</summary>
    public int AlertDetails { get; set; } = 16 * 1024;
}
