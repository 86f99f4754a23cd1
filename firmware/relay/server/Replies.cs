namespace SmtpEmbedded.Relay;

/// <summary>
/// Every fixed reply of the server, whole with its CRLF: basic code (RFC 5321 section 4.2), enhanced code (RFC 3463, RFC
/// 5248), and a sentence the person behind the client can act on. In one place so that the set can be read at once. The
/// greeting, the EHLO and HELO answers and 354 carry no enhanced code (RFC 2034 section 4).
/// </summary>
internal static class Replies
{
    // ---- Success ---------------------------------------------------------------------------------------------------
    public const string Help = "214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY EXPN HELP STARTTLS AUTH; see RFC 5321\r\n";
    public const string StartTls = "220 2.0.0 Go ahead with TLS\r\n";
    public const string Goodbye = "221 2.0.0 Goodbye\r\n";
    public const string LoggedIn = "235 2.7.0 Logged in\r\n";
    public const string Done = "250 2.0.0 OK\r\n";
    public const string SenderTaken = "250 2.1.0 Sender OK\r\n";
    public const string RecipientTaken = "250 2.1.5 Recipient OK\r\n";
    public const string ChunkTaken = "250 2.0.0 Chunk received\r\n";
    public const string WillTry = "252 2.0.0 Cannot verify, but will take mail for it and try to deliver\r\n";
    public const string WillNotExpand = "252 2.0.0 Lists are not shown, but mail for them is taken\r\n";
    public const string Challenge = "334 \r\n";
    public const string ChallengeUser = "334 VXNlcm5hbWU6\r\n";
    public const string ChallengePassword = "334 UGFzc3dvcmQ6\r\n";
    public const string StartInput = "354 Send the message; end with CRLF.CRLF\r\n";

    // ---- Not now ---------------------------------------------------------------------------------------------------
    public const string Stopping = "421 4.3.2 The relay is stopping; try again later\r\n";
    public const string TimedOut = "421 4.4.2 Waited too long for you; closing\r\n";
    public const string TooManyErrors = "421 4.7.0 Too many errors; closing\r\n";
    public const string TooManyMessages = "421 4.7.0 Too many messages in one session; connect again\r\n";
    public const string TooManyCommands = "421 4.7.0 Too many commands without a message; closing\r\n";
    public const string EndlessInput = "421 4.7.0 Cannot read on to the end of that; closing\r\n";
    public const string TooOften = "450 4.7.1 Your address sends too many messages an hour; try again later\r\n";
    public const string NotDurable = "452 4.3.0 The message could not be stored safely; try again later\r\n";
    public const string SpoolFull = "452 4.3.1 The queue is full; try again later\r\n";
    public const string TooManyRecipients = "452 4.5.3 Too many recipients; send the rest in another message\r\n";

    // ---- Not like that ---------------------------------------------------------------------------------------------
    public const string LineTooLong = "500 5.5.2 Line too long\r\n";
    public const string AuthLineTooLong = "500 5.5.6 Line too long for AUTH\r\n";
    public const string UnknownVerb = "500 5.5.2 Command not recognised\r\n";
    public const string SyntaxErrorStart = "501 5.5.4 Syntax error at octet ";
    public const string BadDomain = "501 5.5.4 Not a valid domain or address literal\r\n";
    public const string BadSenderPath = "501 5.1.7 Sender address not valid or too long\r\n";
    public const string BadRecipientPath = "501 5.1.3 Recipient address not valid or too long\r\n";
    public const string BadParameter = "501 5.5.4 Parameter given twice or with a bad value\r\n";
    public const string BadChunkSize = "501 5.5.4 Not a BDAT command; its octets cannot be told from commands\r\n";
    public const string BadAuthLine = "501 5.5.2 Not base64\r\n";
    public const string LoginCancelled = "501 5.7.0 Login cancelled\r\n";
    public const string NotImplemented = "502 5.5.1 Command not implemented\r\n";
    public const string SayHelloFirst = "503 5.5.1 Send EHLO or HELO first\r\n";
    public const string SayMailFirst = "503 5.5.1 Send MAIL first\r\n";
    public const string SayRecipientFirst = "503 5.5.1 No valid recipient yet; send RCPT first\r\n";
    public const string NestedMail = "503 5.5.1 A transaction is open; send RSET or finish it first\r\n";
    public const string NotNow = "503 5.5.1 Not now: done already, or a transaction is open\r\n";
    public const string UnknownMechanism = "504 5.5.4 Mechanism not known; PLAIN and LOGIN are\r\n";
    public const string ChunksOnly = "503 5.5.1 A message is being sent by BDAT; send BDAT or RSET\r\n";

    // ---- Not you ---------------------------------------------------------------------------------------------------
    public const string LoginFirst = "530 5.7.0 Log in first\r\n";
    public const string LoginFailed = "535 5.7.8 User or password is wrong\r\n";
    public const string TlsFirst = "538 5.7.11 AUTH needs TLS; send STARTTLS first\r\n";

    // ---- Not this --------------------------------------------------------------------------------------------------
    public const string SenderNotAscii = "550 5.6.7 A non-ASCII sender needs SMTPUTF8\r\n";
    public const string TooBig = "552 5.3.4 Message too big\r\n";
    public const string RecipientNotAscii = "553 5.6.7 A non-ASCII recipient needs SMTPUTF8\r\n";
    public const string StrayOctets = "554 5.6.0 Message has a bare CR, a bare LF or a NUL; lines must end in CRLF\r\n";
    public const string NoSmtp = "554 5.5.1 This is an SMTP server, and that was no SMTP; closing\r\n";
    public const string NoTlsHere = "554 5.7.0 TLS is not served from the first octet on this port; closing\r\n";
    public const string TooEarly = "554 5.5.1 Wait for the greeting before you speak; closing\r\n";
    public const string DomainRefused = "550 5.7.1 You may not send mail to that domain through this server\r\n";
    public const string LongLine = "554 5.6.0 Message has a line that is too long\r\n";
    public const string BadHeader = "554 5.6.0 Message has a header section that is too big\r\n";
    public const string Loop = "554 5.4.6 Message goes in circles: it has too many Received fields\r\n";
    public const string ClientRefused = "554 5.7.1 Your address may not use this server\r\n";
    public const string UnknownParameter = "555 5.5.4 Parameter not recognised or not implemented\r\n";
}
