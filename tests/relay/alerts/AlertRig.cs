using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Alerts in simulated time, with a smarthost that takes every mail at once unless told otherwise.</summary>
internal sealed class AlertRig
{
    private int _seen;

    public AlertRig(Action<RelaySettings>? set = null)
    {
        Settings = new RelaySettings { Hostname = "relay.test" };
        set?.Invoke(Settings);
        Start = Clock.UptimeMilliseconds;
        Alerts = new Alerts(Settings, new AlertMail(Settings, Spool, Clock), Clock, Log);
    }

    public RelaySettings Settings { get; }

    public FakeClock Clock { get; } = new();

    public FakeSpool Spool { get; } = new();

    public FakeLog Log { get; } = new();

    public Alerts Alerts { get; }

    public long Start { get; }

    public bool IsSmarthostDown { get; set; }

    /// <summary>Each mail as "second recipient subject".</summary>
    public List<string> Mails { get; } = new();

    public List<MimeMessage> Messages { get; } = new();

    /// <summary>Seconds since the start.</summary>
    public int Second => (int)((Clock.UptimeMilliseconds - Start) / 1000);

    /// <summary>Lets time pass, second by second, and calls the engine only when it wants to be called.</summary>
    public void Until(int second)
    {
        while (Second < second)
        {
            long due = Alerts.RunOnce();
            Take();
            if (due > Clock.UptimeMilliseconds)
            {
                Clock.Advance(Math.Min(due - Clock.UptimeMilliseconds, (second - Second) * 1000L));
            }
        }

        Alerts.RunOnce();
        Take();
    }

    public bool Raise(string source, string title, Severity severity = Severity.Warning)
    {
        bool taken = Alerts.Raise(severity, source, title, "details of " + title);
        Take();
        return taken;
    }

    public void Resolve(string source, string title)
    {
        Alerts.Resolve(source, title);
        Take();
    }

    public void Deliver(bool isGood = true)
    {
        for (int i = 0; i < Spool.Count; i++)
        {
            Alerts.Delivered(Spool.MessageAt(i).Id, isGood);
        }
    }

    /// <summary>How many raises the mails say they are about.</summary>
    public int Told => Messages.Sum(ToldBy);

    public static int ToldBy(MimeMessage mail)
    {
        string body = mail.TextBody!;
        Match several = Regex.Match(body, @"raised (\d+) times since their last mails");
        Match newer = Regex.Match(body, @"(\d+) of them new");
        Match one = Regex.Match(body, @"Seen: (\d+) times? since");
        return several.Success ? int.Parse(several.Groups[1].Value)
            : newer.Success ? int.Parse(newer.Groups[1].Value)
            : one.Success ? int.Parse(one.Groups[1].Value) : 1;
    }

    private void Take()
    {
        while (_seen < Spool.Count)
        {
            var mail = MimeMessage.Load(new MemoryStream(Spool.BytesOf(_seen)));
            Envelope envelope = Spool.EnvelopeOf(_seen);
            var recipients = Enumerable.Range(0, envelope.RecipientCount).Select(i => Encoding.UTF8.GetString(envelope.Bytes, envelope.RecipientOffset(i), envelope.RecipientLength(i)));
            Mails.Add(Second + " " + string.Join(",", recipients.Select(r => r.Split('@')[0])) + " " + mail.Subject);
            Messages.Add(mail);
            long id = Spool.MessageAt(_seen).Id;
            _seen++;
            if (!IsSmarthostDown)
            {
                Alerts.Delivered(id, true);
            }
        }
    }
}
