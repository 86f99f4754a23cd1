using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using SmtpEmbedded.Relay.MailExchange;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>MX records are found in whatever a name server sends, and nothing in what is no answer.</summary>
public class MxMessageTests
{
    private const int Id = 0x1234;

    [Fact]
    public void A_question_is_what_the_standard_says()
    {
        byte[] buffer = new byte[300];
        int length = MxMessage.WriteQuestion("ab.test", Id, buffer);
        Assert.Equal("12340100000100000000000102616204746573740000 0F000100002904D0000000000000".Replace(" ", ""), Convert.ToHexString(buffer, 0, length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    public void A_name_that_is_none_is_not_asked_for(string name)
    {
        Assert.Equal(0, MxMessage.WriteQuestion(name, Id, new byte[300]));
        Assert.Equal(0, MxMessage.WriteQuestion(new string('a', 64), Id, new byte[300]));
    }

    [Fact]
    public void Hosts_come_lowest_preference_first_through_pointers_and_aliases()
    {
        MxMessage message = new();
        byte[] answer = Answer(0x8180, Mx(20, "second.test"), Mx(5, "first.test"), Mx(300, "third.test"));
        Assert.True(message.Read(answer, answer.Length, "Site.test", Id));
        Assert.Equal(new[] { "first.test", "second.test", "third.test" }, Enumerable.Range(0, message.Count).Select(message.Host));

        byte[] alias = Answer(0x8180, Record("site.test", 5, Name("other.test")), Record("other.test", 15, Mx(1, "mail.other.test").Data));
        Assert.True(message.Read(alias, alias.Length, "site.test", Id));
        Assert.Equal("mail.other.test", message.Host(0));

        // The host's name as a pointer into the question.
        byte[] pointer = Answer(0x8180, Record("site.test", 15, new byte[] { 0, 1, 2, (byte)'m', (byte)'x', 0xC0, 12 }));
        Assert.True(message.Read(pointer, pointer.Length, "site.test", Id));
        Assert.Equal("mx.site.test", message.Host(0));
    }

    [Fact]
    public void A_null_mx_an_error_and_a_truncated_answer_are_seen()
    {
        MxMessage message = new();
        byte[] answer = Answer(0x8180, Mx(0, ""));
        Assert.True(message.Read(answer, answer.Length, "site.test", Id) && message.IsNullMx);
        answer = Answer(0x8183);
        Assert.True(message.Read(answer, answer.Length, "site.test", Id));
        Assert.Equal(3, message.Code);
        answer = Answer(0x8380);
        Assert.True(message.Read(answer, answer.Length, "site.test", Id) && message.IsTruncated);
    }

    [Fact]
    public void What_is_no_answer_to_the_question_is_none()
    {
        MxMessage message = new();
        byte[] answer = Answer(0x8180, Mx(1, "mx.test"));
        Assert.False(message.Read(answer, answer.Length, "site.test", Id + 1));
        Assert.False(message.Read(answer, answer.Length, "other.test", Id));
        Assert.False(message.Read(Answer(0x0100), Answer(0x0100).Length, "site.test", Id));
        byte[] foreign = Answer(0x8180, Record("other.test", 15, Mx(1, "evil.test").Data));
        Assert.True(message.Read(foreign, foreign.Length, "site.test", Id));
        Assert.Equal(0, message.Count);
    }

    [Fact]
    public void More_hosts_than_there_is_room_for_leave_the_best()
    {
        MxMessage message = new();
        byte[] answer = Answer(0x8180, Enumerable.Range(0, 40).Select(i => Mx(100 - i, "h" + i + ".test")).ToArray());
        Assert.True(message.Read(answer, answer.Length, "site.test", Id));
        Assert.Equal(16, message.Count);
        Assert.Equal("h39.test", message.Host(0));
        Assert.Equal("h24.test", message.Host(15));
    }

    [Fact]
    public void No_cut_and_no_changed_octet_does_harm()
    {
        MxMessage message = new();
        byte[] good = Answer(0x8180, Mx(20, "second.test"), Record("site.test", 15, new byte[] { 0, 1, 2, (byte)'m', (byte)'x', 0xC0, 12 }));
        for (int cut = 0; cut < good.Length; cut++)
        {
            message.Read(good.AsSpan(0, cut).ToArray(), cut, "site.test", Id);
        }

        Random random = new(5);
        for (int i = 0; i < 100000; i++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int j = random.Next(1, 6); j > 0; j--)
            {
                bad[random.Next(2, bad.Length)] = (byte)random.Next(256);
            }

            message.Read(bad, bad.Length, "site.test", Id);
        }
    }

    [Fact]
    public async Task The_resolver_asks_by_udp_and_reads_past_junk()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        Task serving = Task.Run(async () =>
        {
            UdpReceiveResult question = await server.ReceiveAsync();
            await server.SendAsync(new byte[] { 1, 2, 3 }, question.RemoteEndPoint);
            byte[] answer = Answer(0x8180, Mx(2, "b.test"), Mx(1, "a.test"));
            question.Buffer.AsSpan(0, 2).CopyTo(answer);
            await server.SendAsync(answer, question.RemoteEndPoint);
        });
        MxResolver resolver = new();
        string[]? hosts = await Task.Run(() => resolver.Find("site.test", (IPEndPoint)server.Client.LocalEndPoint!, 5000));
        Assert.Equal(new[] { "a.test", "b.test" }, hosts);
        await serving;
    }

    [Fact]
    public void Silence_is_told()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        MxResolver resolver = new();
        Assert.Null(resolver.Find("site.test", (IPEndPoint)server.Client.LocalEndPoint!, 50));
        Assert.Contains("in time", resolver.Error);
    }

    private static byte[] Name(string name)
    {
        List<byte> bytes = new();
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.Add(0);
        return bytes.ToArray();
    }

    private static (string Owner, int Type, byte[] Data) Mx(int preference, string host) =>
        ("site.test", 15, new[] { (byte)(preference >> 8), (byte)preference }.Concat(Name(host)).ToArray());

    private static (string Owner, int Type, byte[] Data) Record(string owner, int type, byte[] data) => (owner, type, data);

    private static byte[] Answer(int flags, params (string Owner, int Type, byte[] Data)[] records)
    {
        List<byte> bytes = new() { Id >> 8, Id & 0xFF, (byte)(flags >> 8), (byte)flags, 0, 1, 0, (byte)records.Length, 0, 0, 0, 0 };
        bytes.AddRange(Name("site.test"));
        bytes.AddRange(new byte[] { 0, 15, 0, 1 });
        foreach ((string owner, int type, byte[] data) in records)
        {
            bytes.AddRange(owner == "site.test" ? new byte[] { 0xC0, 12 } : Name(owner));
            bytes.AddRange(new byte[] { 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length });
            bytes.AddRange(data);
        }

        return bytes.ToArray();
    }
}
