using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.SelfTest;

/// <summary>
/// What somebody would try who may send: to end a message where the next server sees none ("smuggling"), to get commands
/// into TLS, to overrun lines, to pass as another protocol. No attempt ends its message, so none is taken.
/// </summary>
internal static class WireAttempts
{
    private const string Smuggled = "MAIL FROM:<admin@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\n";

    // CRLF . CRLF alone ends a message (RFC 5321 section 4.1.1.4).
    private static readonly (string Name, string Octets)[] Ends =
    [
        ("LF . LF", "\n.\n"), ("LF . CRLF", "\n.\r\n"), ("CRLF . LF", "\r\n.\n"), ("CR . CR", "\r.\r"), ("CR . CRLF", "\r.\r\n"),
        ("CRLF . CR", "\r\n.\r"), ("LF . CR LF LF", "\n.\r\n\n"), ("CRLF NUL . CRLF", "\r\n\0.\r\n"), ("CRLF . NUL CRLF", "\r\n.\0\r\n"), ("CRLF . blank CRLF", "\r\n. \r\n"),
    ];

    /// <summary>Tries all of it at the same time: most of the time goes into waiting for answers that must not come.</summary>
    public static async Task<IReadOnlyList<AbuseAttempt>> RunAsync(IPEndPoint server, IPAddress? from, string sender, string recipient)
    {
        List<(string Name, Func<Attacker, (Outcome, string)> Try)> attempts =
        [
            ("commands behind STARTTLS", InjectBehindStartTls),
            ("command line without end", LongLine),
            ("bare LF between commands", BareLf),
            ("200 lines of nonsense at once", Nonsense),
            ("an HTTP request with commands in its body", Http),
            ("login in clear text", ClearLogin),
        ];
        attempts.AddRange(Ends.Select(end => ($"end of data as {end.Name}", (Func<Attacker, (Outcome, string)>)(attacker => Smuggle(attacker, end.Octets, sender, recipient)))));
        var results = new AbuseAttempt[attempts.Count];

        // Few at a time: the relay gives one address only so many sessions.
        await Parallel.ForAsync(0, attempts.Count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, (i, _) =>
        {
            results[i] = One(server, from, attempts[i].Name, attempts[i].Try);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return results;
    }

    private static AbuseAttempt One(IPEndPoint server, IPAddress? from, string name, Func<Attacker, (Outcome Outcome, string Seen)> attempt)
    {
        string source = from?.ToString() ?? "-";
        try
        {
            using var attacker = new Attacker(server, from);
            (Outcome outcome, string seen) = attempt(attacker);
            return new AbuseAttempt(name, source, outcome, seen);
        }
        catch (SocketException e)
        {
            return new AbuseAttempt(name, source, Outcome.NotTried, e.Message);
        }
    }

    private static (Outcome Outcome, string Seen) Smuggle(Attacker attacker, string end, string sender, string recipient)
    {
        foreach (string line in new[] { null!, $"MAIL FROM:<{sender}>", $"RCPT TO:<{recipient}>", "DATA" })
        {
            Reply reply = line is null ? attacker.Greet() : attacker.Say(line);
            if (reply.Kind is not (2 or 3))
            {
                return (Outcome.NotTried, $"not allowed to send: {reply.Text}");
            }
        }

        attacker.Send("Subject: selftest\r\n\r\ntext" + end + Smuggled);
        Reply first = attacker.ReadSoon();
        if (first.Kind is 2 or 3)
        {
            return (Outcome.Abused, $"taken for the end: {first.Text}");
        }

        return first.Code == 0 ? (Outcome.Refused, "not taken for the end") : (Outcome.Refused, first.Text);
    }

    private static (Outcome Outcome, string Seen) InjectBehindStartTls(Attacker attacker)
    {
        attacker.Greet();
        attacker.Send("STARTTLS\r\nNOOP\r\nNOOP\r\n");
        Reply reply = attacker.Read();
        if (reply.Code != 220)
        {
            return (Outcome.Refused, reply.Code == 0 ? "the relay closed" : reply.Text);
        }

        if (!attacker.StartTls())
        {
            return (Outcome.Refused, "no TLS came of it");
        }

        Reply injected = attacker.ReadSoon();
        return injected.Code == 0 ? (Outcome.Refused, "the commands were forgotten") : (Outcome.Abused, $"answered within TLS: {injected.Text}");
    }

    private static (Outcome Outcome, string Seen) LongLine(Attacker attacker)
    {
        attacker.Greet();
        for (int i = 0; i < 64; i++)
        {
            attacker.Send(new string('A', 4096));
        }

        attacker.Send("\r\n");
        Reply reply = attacker.Read();
        return (reply.Kind is 2 or 3 ? Outcome.Abused : Outcome.Refused, reply.Code == 0 ? "the relay closed" : reply.Text);
    }

    private static (Outcome Outcome, string Seen) BareLf(Attacker attacker)
    {
        attacker.Greet();
        attacker.Send("NOOP\nNOOP\nNOOP\r\n");
        Reply first = attacker.Read();
        Reply second = attacker.ReadSoon();

        // Each line by itself is how smuggled commands are read; lenient rules may take LF for commands, data is another matter.
        return second.Kind == 2 ? (Outcome.Abused, $"read as several commands: {first.Text}, {second.Text}") : (Outcome.Refused, first.Code == 0 ? "the relay closed" : first.Text);
    }

    private static (Outcome Outcome, string Seen) Nonsense(Attacker attacker)
    {
        attacker.Greet();
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] line = new byte[random.Next(1, 60)];
            random.NextBytes(line);
            attacker.Send(new string(line.Select(octet => octet is (byte)'\r' or (byte)'\n' ? '.' : (char)octet).ToArray()) + "\r\n");
        }

        for (int i = 0; i < 200; i++)
        {
            Reply reply = attacker.Read();
            if (reply.Kind is 2 or 3)
            {
                return (Outcome.Abused, $"said yes to nonsense: {reply.Text}");
            }

            if (reply.Kind is not 5)
            {
                return (Outcome.Refused, $"ended after {i} refusals{(reply.Code > 0 ? $": {reply.Text}" : "")}");
            }
        }

        return (Outcome.Refused, "200 refusals");
    }

    private static (Outcome Outcome, string Seen) Http(Attacker attacker)
    {
        attacker.Read();
        attacker.Send("POST / HTTP/1.1\r\nHost: relay\r\nContent-Length: 100\r\n\r\nEHLO browser\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<victim@example.com>\r\n");
        for (int i = 0; i < 8; i++)
        {
            Reply reply = attacker.Read();
            if (reply.Kind == 2)
            {
                return (Outcome.Abused, $"the commands in the body were obeyed: {reply.Text}");
            }

            if (reply.Code <= 0)
            {
                break;
            }
        }

        return (Outcome.Refused, "ended");
    }

    private static (Outcome Outcome, string Seen) ClearLogin(Attacker attacker)
    {
        attacker.Greet();
        Reply reply = attacker.Say("AUTH PLAIN " + Convert.ToBase64String("\0selftest\0made up"u8));
        return (reply.Kind == 2 ? Outcome.Abused : Outcome.Refused, reply.Kind == 2 ? $"a made-up login was taken: {reply.Text}" : reply.Text);
    }
}
