using System;
using System.Collections.Generic;
using System.Globalization;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>A session object by itself, and everything that can be asked of it.</summary>
internal sealed class SessionStage : IDialogueStage
{
    private readonly SessionDriver _driver = new();

    public RelaySettings Settings => _driver.Settings;

    public IReadOnlyList<RecordedMessage> Messages => _driver.Spool.Messages;

    public void SettingsChanged() => _driver.MakeAgain();

    public void Open(byte[] address, bool secured)
    {
        _driver.IsSecured = secured;
        _driver.Open(address);
    }

    public void Feed(string octets, Cuts cuts)
    {
        _driver.Feed(octets, cuts);
        _driver.Drain();
    }

    public string? TakeLine() => _driver.TakeLine();

    public string? PeekLine() => _driver.PeekLine();

    public string TakeOutput() => _driver.TakeOutput();

    public void Do(string[] words)
    {
        switch (words[0])
        {
            case "tls":
                _driver.StartTls(words.Length == 1);
                break;
            case "stop":
                _driver.Session.Stop();
                break;
            case "expire":
                _driver.Expire();
                break;
            case "vanish":
                _driver.Session.PeerClosed();
                break;
            case "wait":
                _driver.Clock.UptimeMilliseconds += long.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "send":
                _driver.SendsAtMost = int.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "clock":
                _driver.Clock.IsSet = words[1] == "set";
                break;
            case "spool":
                _driver.Spool.Become(words);
                break;
            default:
                throw new FormatException("unknown action");
        }

        _driver.Drain();
    }

    public void Check(string fact)
    {
        string[] words = fact.Split(' ');
        switch (words[0])
        {
            case "open":
                Assert.Equal(SessionWants.Input, _driver.Session.Wants);
                break;
            case "early":
                Assert.True(_driver.Session.IsEarly);
                break;
            case "tls":
                Assert.Equal(SessionWants.StartTls, _driver.Session.Wants);
                break;
            case "closed":
                Assert.Equal(SessionWants.Close, _driver.Session.Wants);
                break;
            case "silent":
                Assert.Equal("", _driver.TakeOutput());
                break;
            case "spooled":
                Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), _driver.Spool.Messages.Count);
                break;
            case "unfinished":
                Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), _driver.Spool.Unfinished);
                break;
            case "untaken":
                Assert.Equal(int.Parse(words[1], CultureInfo.InvariantCulture), _driver.Untaken);
                break;
            case "deadline":
                Assert.Equal(long.Parse(words[1], CultureInfo.InvariantCulture), _driver.Session.Deadline - _driver.Clock.UptimeMilliseconds);
                break;
            case "logged":
                Assert.Contains(_driver.Log.Lines, l => l.Contains(fact.Substring("logged ".Length), StringComparison.Ordinal));
                break;
            default:
                throw new FormatException("unknown fact");
        }
    }

    public void End()
    {
        _driver.Session.PeerClosed();
        Assert.Equal(0, _driver.Spool.Unfinished);
    }
}
