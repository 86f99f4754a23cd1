using System;
using System.Text;
using SmtpEmbedded.Relay;
using Xunit;

namespace SmtpEmbedded.Device.Tests.Application;

/// <summary>The setup form's way from an HTTP request to settings.</summary>
public sealed class SetupFormTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void APostIsReadInAnyCutAndBecomesSettings(int cut)
    {
        const string Body = "ssid=Our+network&wifi=p%26w%3D&host=smtp.example.org&security=tls&port=&user=board%40example.org&password=a+b%25c"
            + "&to=ops%40example.org&from=board%40example.org&hostname=board.example.org&allow=192.168.1.0%2F24";
        byte[] sent = Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nCONTENT-LENGTH:  " + Body.Length + "\r\n\r\n" + Body);
        byte[] buffer = new byte[4096];
        var request = new HttpRequest(buffer);
        for (int at = 0; at < sent.Length; at += cut)
        {
            Assert.False(request.IsComplete);
            int count = Math.Min(cut, sent.Length - at);
            Array.Copy(sent, at, buffer, at, count);
            request.Add(count);
        }

        Assert.True(request.IsComplete);
        Assert.True(request.IsPost);
        var form = new FormReader(buffer, request.BodyStart, request.Count);
        Assert.Equal("Our network", form.Read("ssid"));
        Assert.Equal("p&w=", form.Read("wifi"));
        Assert.Equal("", form.Read("port"));
        Assert.Equal("", form.Read("nothing"));

        byte[] file = SettingsText.Write(form);
        var settings = new RelaySettings();
        var reader = new SettingsReader();
        Assert.True(reader.Read(file, file.Length, settings), reader.Error);
        Assert.Equal("smtp.example.org", settings.Smarthost.Host);
        Assert.Equal(SmarthostSecurity.Tls, settings.Smarthost.Security);
        Assert.Equal("a b%c", settings.Smarthost.Password);
        Assert.Equal("ops@example.org", settings.AlertTo);
        Assert.Equal(25, settings.ListenPort);
    }

    [Fact]
    public void AGetIsCompleteWithItsHead()
    {
        byte[] buffer = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        var request = new HttpRequest(buffer);
        request.Add(buffer.Length - 1);
        Assert.False(request.IsComplete);
        request.Add(1);
        Assert.True(request.IsComplete);
        Assert.False(request.IsPost);
    }

    /// <summary>A value cannot smuggle in a line of its own.</summary>
    [Fact]
    public void LineEndsInValuesAreLeftOut()
    {
        byte[] body = Encoding.ASCII.GetBytes("host=a.example%0D%0Asecurity+%3D+none&user=%");
        var form = new FormReader(body, 0, body.Length);
        Assert.Equal("a.examplesecurity = none", form.Read("host"));
        Assert.Equal("%", form.Read("user"));
    }

    [Fact]
    public void AnErrorIsShownAsText() =>
        Assert.Contains("<b>expected &lt;x> &amp; more</b>", Encoding.UTF8.GetString(SetupPage.Form("expected <x> & more", "")), StringComparison.Ordinal);
}
