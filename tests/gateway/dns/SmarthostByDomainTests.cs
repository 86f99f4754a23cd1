using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>A smarthost named as a domain is found by its MX records, whatever the name server says; nothing of it is ever permanent.</summary>
public sealed class SmarthostByDomainTests : IDisposable
{
    private const int Timeout = 4000;

    private readonly TestDnsServer _dns = new();
    private readonly SocketConnector _connector = new();
    private readonly TcpListener _first;
    private readonly TcpListener _second;
    private readonly Smarthost _smarthost;

    public SmarthostByDomainTests()
    {
        _first = new TcpListener(IPAddress.Parse("127.0.0.11"), 0);
        _first.Start();
        int port = ((IPEndPoint)_first.LocalEndpoint).Port;
        _second = new TcpListener(IPAddress.Parse("127.0.0.12"), port);
        _second.Start();
        _smarthost = new Smarthost
        {
            Host = "site.test",
            IsDomain = true,
            Port = port,
            Security = SmarthostSecurity.None,
            NameServer = "127.0.0.1",
            NameServerPort = _dns.Port,
        };
        _dns.AddA("first.site.test", "127.0.0.11");
        _dns.AddA("second.site.test", "127.0.0.12");
        _dns.AddA("dead.site.test", "127.0.0.13");
    }

    public void Dispose()
    {
        _dns.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void TheLowestPreferenceComesFirst()
    {
        _dns.AddMx("site.test", 20, "second.site.test");
        _dns.AddMx("site.test", 10, "first.site.test");
        Assert.Equal(_first, Reached(0));
        Assert.True(_connector.HasMore);
        Assert.Equal(_second, Reached(1));
        Assert.False(_connector.HasMore);
    }

    [Fact]
    public void ADeadFirstChoiceLeavesTheNext()
    {
        _dns.AddMx("site.test", 5, "dead.site.test");
        _dns.AddMx("site.test", 10, "gone.site.test");
        _dns.AddMx("site.test", 20, "second.site.test");
        Assert.Null(Reached(0));
        Assert.Contains("refuses the connection", _connector.Error);
        Assert.True(_connector.HasMore);
        Assert.Null(Reached(1));
        Assert.Contains("has no address", _connector.Error);
        Assert.Equal(_second, Reached(2));
    }

    [Fact]
    public void EqualPreferencesTakeTurns()
    {
        _dns.AddMx("site.test", 10, "first.site.test");
        _dns.AddMx("site.test", 10, "second.site.test");
        var seen = new HashSet<TcpListener?>();
        for (int i = 0; i < 64 && seen.Count < 2; i++)
        {
            seen.Add(Reached(0));
        }

        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void WithoutMxTheDomainIsItsOwnHost()
    {
        _dns.AddA("site.test", "127.0.0.12");
        Assert.Equal(_second, Reached(0));
    }

    [Fact]
    public void ANullMxIsRefusedThoughThereIsAnAddress()
    {
        _dns.AddMx("site.test", 0, ".");
        _dns.AddA("site.test", "127.0.0.12");
        Assert.Null(Reached(0));
        Assert.Contains("takes no mail (null MX, RFC 7505)", _connector.Error);
        Assert.False(_connector.HasMore);
    }

    [Theory]
    [InlineData(3, "does not exist")]
    [InlineData(2, "cannot say anything")]
    [InlineData(5, "cannot say anything")]
    public void WhatTheNameServerRefusesIsTold(int code, string told)
    {
        _dns.CodeForUnknown = code;
        Assert.Null(Reached(0));
        Assert.Contains(told, _connector.Error);
        Assert.False(_connector.HasMore);
    }

    [Fact]
    public void SilenceIsTold()
    {
        _dns.IsSilent = true;
        long start = Environment.TickCount64;
        Assert.Null(Reached(0));
        Assert.NotEqual("", _connector.Error);
        Assert.InRange(Environment.TickCount64 - start, 0, 10000);
    }

    [Fact]
    public void ATruncatedAnswerIsAskedForAgainByTcp()
    {
        _dns.Truncate("site.test");
        _dns.AddMx("site.test", 10, "first.site.test");
        Assert.Equal(_first, Reached(0));
        Assert.True(_dns.TcpQueries > 0);
    }

    [Fact]
    public void JunkIsAFailureAndNothingWorse()
    {
        _dns.AnswerJunk(new Random(1));
        for (int i = 0; i < 12; i++)
        {
            Assert.Null(new SocketConnector().Connect(_smarthost, 0, 1500));
        }
    }

    [Fact]
    public void AnswersAboutAnotherNameDoNotCount()
    {
        _dns.AddMx("site.test", 10, "second.site.test");
        _dns.OtherName = "other.test";
        Assert.Null(Reached(0));
    }

    private TcpListener? Reached(int choice)
    {
        IConnection? connection = _connector.Connect(_smarthost, choice, Timeout);
        if (connection is null)
        {
            return null;
        }

        TcpListener reached = _first.Pending() ? _first : _second;
        reached.AcceptSocket().Dispose();
        connection.Close();
        return reached;
    }
}
