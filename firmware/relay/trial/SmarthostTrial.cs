namespace SmtpEmbedded.Relay;

/// <summary>
/// Tries the way to a smarthost with a mail that goes past the queue, shows each step, and says what is wrong and what to do.
/// Blocks until it is through, for minutes at worst; on a board there must be a free socket and, with TLS, no other TLS
/// session. One thread at a time.
/// </summary>
public sealed class SmarthostTrial
{
    private readonly RelaySettings _settings;
    private readonly IConnector _connector;
    private readonly IClock _clock;

    /// <summary>Makes a trial.</summary>
    /// <param name="settings">The smarthost, and who alerts are from and to.</param>
    /// <param name="connector">One that no other thread uses.</param>
    /// <param name="clock">For deadlines and the Date field.</param>
    public SmarthostTrial(RelaySettings settings, IConnector connector, IClock clock)
    {
        _settings = settings;
        _connector = connector;
        _clock = clock;
    }

    /// <summary>Which part is wrong: "name", "port", "TLS", "certificate", "login", "address" or "smarthost"; empty when nothing is.</summary>
    public string Wrong { get; private set; } = "";

    /// <summary>What went wrong, as a sentence.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What to do about it, as a sentence.</summary>
    public string Advice { get; private set; } = "";

    /// <summary>Logs in, and sends a test mail to who gets alerts.</summary>
    /// <param name="smarthost">Whom to try.</param>
    /// <param name="sends">Whether a mail is sent; otherwise it ends after the login.</param>
    /// <param name="steps">Shown each step.</param>
    /// <returns>Whether the smarthost took it; otherwise <see cref="Wrong"/>, <see cref="Reason"/> and <see cref="Advice"/> tell.</returns>
    public bool Run(Smarthost smarthost, bool sends, ITrialSteps steps)
    {
        Wrong = Reason = Advice = "";
        if (smarthost.Host.Length == 0)
        {
            return Fail("name", "No smarthost is set", "Set host in [smarthost].");
        }

        AlertMail mail = new AlertMail(_settings, null, _clock);
        TrialMail message = new TrialMail();
        MessageReader reader = new MessageReader();
        if (!mail.WriteEnvelope(reader.Envelope, mail.To, "")
            || !mail.Write(message, mail.To, "", "Test mail from " + _settings.Hostname, "test", "This is the test mail you asked for. Alerts will reach you the same way.\n"))
        {
            return Fail("address", "The mail cannot be written", "Shorten from and to in [alerts].");
        }

        reader.Attach(message);
        SmarthostLine line = new SmarthostLine(_settings, new Transcript(_connector, steps), _clock);
        bool isOpen = line.Open(smarthost, 0);
        for (int choice = 1; !isOpen && line.Failure == ClientFailure.Connect && _connector.HasMore; choice++)
        {
            isOpen = line.Open(smarthost, choice);
        }

        if (isOpen && !sends)
        {
            line.Close();
            return true;
        }

        if (isOpen)
        {
            isOpen = line.Send(new QueuedMessage(0, true, 1, message.Count, 0, 0), reader);
            RecipientResult result = line.Session.Result(0);
            if (result == RecipientResult.Delivered)
            {
                line.Close();
                return true;
            }

            if (isOpen)
            {
                line.Close();
                return Fail("address", line.Session.ReplyTo(0), "The smarthost does not take this mail: are from and to in [alerts] addresses it allows?");
            }
        }

        return Explain(line.Failure, line.FailureText);
    }

    private bool Explain(ClientFailure failure, string reason)
    {
        bool isCertificate = Has(reason, "certificate");
        switch (failure)
        {
            case ClientFailure.Login:
                return Fail("login", reason, "Check user and password in [smarthost]; many providers want an app password here, not that of the web mail.");
            case ClientFailure.Tls:
            case ClientFailure.Connect:
                if (isCertificate)
                {
                    return Fail("certificate", reason, "Is host the name its operator gives? Is the clock right? Is the root certificate known here?");
                }

                if (failure == ClientFailure.Tls || Has(reason, "TLS"))
                {
                    return Fail("TLS", reason, "Port 587 goes with security = starttls, port 465 with tls.");
                }

                return Has(reason, "the name") || Has(reason, "No address")
                    ? Fail("name", reason, "Check host in [smarthost], and that this network has a name server.")
                    : Fail("port", reason, "Check port in [smarthost] (587 for starttls, 465 for tls, 25 for none), and that no firewall is between.");
            case ClientFailure.Timeout:
            case ClientFailure.Disconnected:
            case ClientFailure.Protocol:
                return Fail("port", reason, "Something else may listen on this port, or it wants TLS from the start: port 465 with security = tls.");
            default:
                return Fail("smarthost", reason, "The smarthost refuses for reasons of its own: its words say which.");
        }
    }

    private static bool Has(string sentence, string words) => sentence.IndexOf(words) >= 0;

    private bool Fail(string wrong, string reason, string advice)
    {
        Wrong = wrong;
        Reason = reason;
        Advice = advice;
        return false;
    }
}
