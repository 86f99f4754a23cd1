using System;
using System.Net;
using SmtpEmbedded.Relay.MailExchange;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>The small resolver that a device has, against the name server of these tests: what it finds, and that every failure is a sentence in bounded time.</summary>
public sealed class DeviceResolverTests : IDisposable
{
    private readonly TestDnsServer _dns = new();
    private readonly MxResolver _resolver = new();

    public void Dispose() => _dns.Dispose();

    [Fact]
    public void HostsComeInTheOrderOfTheirPreferencesSoThatADeadFirstOneLeavesTheNext()
    {
        _dns.AddMx("site.test", 30, "third.site.test");
        _dns.AddMx("site.test", 10, "dead.site.test");
        _dns.AddMx("site.test", 20, "second.site.test");
        Assert.Equal(new[] { "dead.site.test", "second.site.test", "third.site.test" }, Find());
    }

    [Fact]
    public void WithoutMxTheDomainIsItsOwnHost()
    {
        _dns.AddA("site.test", "127.0.0.1");
        Assert.Equal(new[] { "site.test" }, Find());
    }

    [Fact]
    public void ANullMxIsRefusedThoughThereIsAnAddress()
    {
        _dns.AddA("site.test", "127.0.0.1");
        _dns.AddMx("site.test", 0, "");
        Fails("null MX");
    }

    [Theory]
    [InlineData(3, "does not exist")]
    [InlineData(2, "cannot say anything")]
    [InlineData(5, "cannot say anything")]
    public void WhatTheNameServerRefusesIsTold(int code, string told)
    {
        _dns.CodeForUnknown = code;
        Fails(told);
    }

    [Fact]
    public void SilenceEndsAfterThreeTries()
    {
        _dns.IsSilent = true;
        long start = Environment.TickCount64;
        Assert.Null(_resolver.Find("site.test", Server, 200));
        Assert.Contains("in time", _resolver.Error);
        Assert.InRange(Environment.TickCount64 - start, 550, 5000);
    }

    [Fact]
    public void ATruncatedAnswerIsAFailureThatSaysSo()
    {
        _dns.Truncate("site.test");
        Fails("holds");
    }

    [Fact]
    public void JunkIsAFailureAndNothingWorse()
    {
        _dns.AnswerJunk(new Random(1));
        for (int i = 0; i < 20; i++)
        {
            Assert.Null(_resolver.Find("site.test", Server, 30));
            Assert.NotEqual("", _resolver.Error);
        }
    }

    [Fact]
    public void HostsOfAnotherNameAreNotTaken()
    {
        _dns.AddMx("site.test", 10, "evil.test");
        _dns.OtherName = "other.test";
        Assert.DoesNotContain("evil.test", Find() ?? []);
    }

    [Fact]
    public void AfterAFailureTheNextQuestionIsAnswered()
    {
        _dns.AddMx("site.test", 10, "first.site.test");
        _dns.IsSilent = true;
        Assert.Null(_resolver.Find("site.test", Server, 50));
        _dns.IsSilent = false;
        Assert.Equal(new[] { "first.site.test" }, Find());
    }

    private IPEndPoint Server => new(IPAddress.Loopback, _dns.Port);

    private string[]? Find() => _resolver.Find("site.test", Server, 3000);

    private void Fails(string told)
    {
        Assert.Null(Find());
        Assert.Contains(told, _resolver.Error);
    }
}
