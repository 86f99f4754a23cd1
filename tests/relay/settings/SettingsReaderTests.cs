using System.Text;
using Xunit;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>What a settings file says reaches the settings; what it says wrong is found at its line and column.</summary>
public sealed class SettingsReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("# nothing but a comment")]
    [InlineData("\uFEFF; a byte order mark in front\r\n")]
    [InlineData("[server]\n[smarthost]\n[spool]\n[alerts]\n")]
    public void WhatIsNotSetKeepsItsDefault(string text)
    {
        RelaySettings settings = Good(text);
        Assert.Equal("127.0.0.1", settings.ListenAddress);
        Assert.Equal(2525, settings.ListenPort);
        Assert.Equal("", settings.Smarthost.Host);
        Assert.Equal(SmarthostSecurity.StartTls, settings.Smarthost.Security);
        Assert.Equal("./spool", settings.SpoolPath);
        Assert.True(Network.AnyContains(settings.AllowedNetworks, [127, 1, 2, 3]));
        Assert.False(Network.AnyContains(settings.AllowedNetworks, [128, 0, 0, 1]));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void EveryKeyIsRead(string lineEnd)
    {
        string text = """
            # a site
            [server]
            listen = [::1]:2526
            hostname = relay.example.org
            allow = 192.0.2.0/24, 2001:db8::/32 , 198.51.100.7
              
            [smarthost]
              host = mail.example.org
              PORT=465
            security = tls
            user = relay user
            password = p#ss ; wörd  
            [spool]
            path = /var/spool/my relay
            quota = 20M
            [alerts]
            from = alerts@example.org
            to = operator+sms@example.org
            """;
        RelaySettings settings = Good(text.ReplaceLineEndings(lineEnd));
        Assert.Equal("::1", settings.ListenAddress);
        Assert.Equal(2526, settings.ListenPort);
        Assert.Equal("relay.example.org", settings.Hostname);
        Assert.Equal("mail.example.org", settings.Smarthost.Host);
        Assert.Equal(465, settings.Smarthost.Port);
        Assert.Equal(SmarthostSecurity.Tls, settings.Smarthost.Security);
        Assert.Equal("relay user", settings.Smarthost.User);
        Assert.Equal("p#ss ; wörd", settings.Smarthost.Password);
        Assert.Equal("/var/spool/my relay", settings.SpoolPath);
        Assert.Equal(20L * 1024 * 1024, settings.SpoolQuota);
        Assert.Equal("alerts@example.org", settings.AlertFrom);
        Assert.Equal("operator+sms@example.org", settings.AlertTo);
        Assert.Equal(3, settings.AllowedNetworks.Length);
        Assert.True(settings.AllowedNetworks[0].Contains([192, 0, 2, 255]));
        Assert.False(settings.AllowedNetworks[0].Contains([192, 0, 3, 0]));
        Assert.True(settings.AllowedNetworks[1].IsIPv6);
        Assert.Equal(32, settings.AllowedNetworks[2].PrefixLength);
        Assert.False(Network.AnyContains(settings.AllowedNetworks, [127, 0, 0, 1]));
    }

    [Fact]
    public void EverythingAboutClientsIsRead()
    {
        RelaySettings settings = Good("""
            [client 192.0.2.0/24, 2001:db8::/64]
            grammar = lenient
            auth = any
            sender = cam@site.example
            recipient = ops@site.example
            domains = Site.Example, .example.org
            rate = 60
            [server]
            listen = *:2525, 587
            allow = 127.0.0.0/8
            line-ends = fix
            grammar = lenient
            auth = offered
            [client 192.0.2.13]
            access = refuse
            grammar = strict
            auth = required
            [tls]
            certificate = /etc/ssl/relay.pem
            key = /etc/ssl/relay.key
            password = a b
            port = 465
            [users]
            alice@example = pbkdf2-sha256$600000$c2FsdHNhbHQ=$aGFzaGhhc2hoYXNoaGFzaA==
            bob = pbkdf2-sha256$1$c2FsdHNhbHQ=$aGFzaGhhc2hoYXNoaGFzaA==
            [limits]
            message-size = 20M
            header-size = 64k
            header-fields = 200
            text-line = 2000
            hops = 100
            recipients = 500
            sessions = 50
            sessions-per-address = 5
            session-time = 600
            session-messages = 100
            session-errors = 5
            command-time = 300
            data-time = 200
            data-block = 1k
            handshake-time = 30
            greeting-delay = 20
            """);
        Assert.Equal(587, settings.SecondPort);
        Assert.True(settings.FixesLineEnds);
        Assert.True(settings.AllowedRule.IsLenient);
        Assert.Equal(ClientAuth.Offered, settings.AllowedRule.Auth);
        ClientRule cameras = settings.RuleFor([192, 0, 2, 7])!;
        Assert.Same(cameras, settings.ClientRules[0]);
        Assert.True(cameras.IsLenient);
        Assert.Equal(ClientAuth.Any, cameras.Auth);
        Assert.Equal("cam@site.example", Encoding.ASCII.GetString(cameras.Sender));
        Assert.Equal("ops@site.example", Encoding.ASCII.GetString(cameras.Recipient));
        Assert.Equal("site.example", Encoding.ASCII.GetString(cameras.Domains[0]));
        Assert.Equal(".example.org", Encoding.ASCII.GetString(cameras.Domains[1]));
        Assert.Equal(60, cameras.MessagesPerHour);
        Assert.Same(cameras, settings.RuleFor(System.Net.IPAddress.Parse("2001:db8::1").GetAddressBytes()));
        Assert.Null(settings.RuleFor([192, 0, 2, 13]));
        Assert.Equal(ClientAuth.Required, settings.ClientRules[1].Auth);
        Assert.Same(settings.AllowedRule, settings.RuleFor([127, 0, 0, 1]));
        Assert.Null(settings.RuleFor([192, 0, 3, 1]));
        Assert.Equal("/etc/ssl/relay.pem /etc/ssl/relay.key a b 465", $"{settings.TlsCertificate} {settings.TlsKey} {settings.TlsPassword} {settings.TlsPort}");
        Assert.Equal("alice@example", settings.Users[0]);
        Assert.StartsWith("pbkdf2-sha256$600000$", settings.Users[1]);
        Assert.Equal("bob", settings.Users[2]);
        Limits limits = settings.Limits;
        Assert.Equal(20L * 1024 * 1024, limits.MessageBytes);
        Assert.Equal(64 * 1024, limits.HeaderBytes);
        Assert.Equal((200, 2000, 100, 500), (limits.HeaderFields, limits.TextLine, limits.Hops, limits.Recipients));
        Assert.Equal((50, 5, 600_000, 100, 5), (limits.Sessions, limits.SessionsPerAddress, limits.SessionTimeout, limits.MessagesPerSession, limits.ErrorsPerSession));
        Assert.Equal((300_000, 200_000, 1024, 30_000, 20), (limits.CommandTimeout, limits.DataTimeout, limits.DataBlock, limits.HandshakeTimeout, limits.GreetingDelay));
    }

    [Fact]
    public void AStarListensEverywhereAndTheHostMayBeAnAddress()
    {
        RelaySettings settings = Good("[server]\nlisten = *\n[smarthost]\nhost = [2001:db8::25]\nsecurity = NONE");
        Assert.Equal("*", settings.ListenAddress);
        Assert.Equal(2525, settings.ListenPort);
        Assert.Equal("2001:db8::25", settings.Smarthost.Host);
        Assert.Equal(SmarthostSecurity.None, settings.Smarthost.Security);
    }

    [Fact]
    public void EachSmarthostSectionIsTheNextChoice()
    {
        RelaySettings settings = Good("[smarthost]\nhost = a\nuser = u\n[spool]\n[smarthost]\nport = 26\nhost = b\n[smarthost]\nhost = c\nsecurity = tls");
        Assert.Equal("a", settings.Smarthost.Host);
        Assert.Equal("u", settings.Smarthost.User);
        Smarthost second = settings.Smarthost.Next!;
        Assert.Equal("b 26 ", $"{second.Host} {second.Port} {second.User}");
        Assert.Equal(465, second.Next!.EffectivePort);
        Assert.Null(second.Next.Next);
    }

#if !NANOFRAMEWORK_1_0
    [Fact]
    public void EveryKeyOfAGatewayIsRead()
    {
        string pin = new string('A', 43) + "=";
        RelaySettings settings = Good($"""
            [smarthost]
            domain = example.org
            roots = /etc/roots.pem
            pins = {pin}, {pin.Replace('A', 'b')}
            certificate = mail.example.net
            auth = xoauth2
            user = relay@example.org
            token-url = https://login.example.org/token
            client-id = id
            client-secret = hush
            refresh-token = fresh
            scope = mail.send offline
            rate = 100 / hour
            connections = 4
            nameserver = [::1]:5353
            [smarthost]
            host = b
            user = u
            password-file = /run/secret
            [smarthost]
            maildir = /var/mail/site
            """);
        Smarthost first = settings.Smarthost;
        Assert.True(first.IsDomain);
        Assert.Equal("example.org 25 /etc/roots.pem mail.example.net XOAUTH2", $"{first.Host} {first.EffectivePort} {first.Roots} {first.CertificateName} {first.Auth}");
        Assert.Equal(2, first.Pins.Length);
        Assert.Equal("id hush fresh mail.send offline", $"{first.ClientId} {first.ClientSecret} {first.RefreshToken} {first.Scope}");
        Assert.NotNull(first.Rate);
        Assert.Equal("4 ::1 5353", $"{first.Connections} {first.NameServer} {first.NameServerPort}");
        Assert.Equal("/run/secret", first.Next!.PasswordFile);
        Assert.Equal("/var/mail/site", first.Next.Next!.Maildir);
    }
#endif

    [Fact]
    public void MoreEntriesThanTheParserHasRoomForAreRead()
    {
        var text = new StringBuilder("[server]\nallow = 10.0.0.0/8");
        for (int i = 0; i < 200; i++)
        {
            text.Append(", 192.0.2.").Append(i);
        }

        Assert.Equal(201, Good(text.ToString()).AllowedNetworks.Length);
    }

    [Theory]
    // Form, found by the grammar.
    [InlineData("listen = 127.0.0.1", 1, 1)]
    [InlineData("[server]\nlisten 127.0.0.1", 2, 8)]
    [InlineData("[server]\n\n  hostnam = a", 3, 10)]
    [InlineData("[server]\nport = 25", 2, 1)]
    [InlineData("[servers]", 1, 8)]
    [InlineData("[smarthost]\nhost = a\nsecurity = ssl", 3, 13)]
    [InlineData("[smarthost]\r\nhost =\r\n", 2, 7)]
    [InlineData("# größer\n[spool]\npath = grün\nquota = 1000000T", 4, 16)]
    [InlineData("[spool]\npath = a\u0007", 2, 9)]
    [InlineData("[spool]\nquota = ", 2, 9)]
    [InlineData("[alerts]\nto = operator", 2, 14)]
    // Meaning, found by the reader.
    [InlineData("[server]\nlisten = 127.0.0.1:0", 2, 20)]
    [InlineData("[server]\nlisten = 127.0.0.1:65536", 2, 20)]
    [InlineData("[server]\nlisten = 127.0.0.256", 2, 10)]
    [InlineData("[server]\nlisten = [::1::]", 2, 11)]
    [InlineData("[server]\nallow = 10.0.0.0/33", 2, 18)]
    [InlineData("[server]\nallow = 10.0.0.0/8, 2001:db8::/129", 2, 32)]
    [InlineData("[server]\nallow = 10.0.0.1/8", 2, 9)]
    [InlineData("[server]\nallow = 10.0.0.0/8\nallow = 192.0.2.0/24", 3, 1)]
    [InlineData("[server]\nhostname = a\n\n[server]\n  hostname = b", 5, 3)]
    [InlineData("[smarthost]\nhost = a\nport = 0", 3, 8)]
    [InlineData("[smarthost]\nsecurity = starttls", 2, 1)]
    [InlineData("[smarthost]\nhost = a\npassword = b", 3, 12)]
    [InlineData("[smarthost]\nhost = a\npins = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 3, 52)]
    [InlineData("[smarthost]\nhost = a\nmaildir = b", 3, 11)]
    [InlineData("[smarthost]\ndomain = a\nhost = b", 2, 10)]
    [InlineData("[smarthost]\nhost = a\nauth = KERBEROS", 3, 8)]
    [InlineData("[smarthost]\nhost = a\nauth = XOAUTH2", 3, 8)]
    [InlineData("[smarthost]\nhost = a\ntoken-file = t", 3, 14)]
    [InlineData("[smarthost]\nhost = a\nuser = u\ntoken-file = t\ntoken-command = c", 5, 17)]
    [InlineData("[smarthost]\nhost = a\nuser = u\ntoken-url = http://login.example.org", 4, 13)]
    [InlineData("[smarthost]\nhost = a\nuser = u\ntoken-url = https://login.example.org", 4, 13)]
    [InlineData("[smarthost]\nhost = a\nrate = 0/hour", 3, 8)]
    [InlineData("[smarthost]\nhost = a\nconnections = 21", 3, 15)]
    [InlineData("[smarthost]\nhost = a\nnameserver = 1.2.3.400", 3, 14)]
    [InlineData("[smarthost]\nhost = a\n[smarthost]\nport = 26\n[spool]", 4, 1)]
    [InlineData("[smarthost]\nport = 26\n[smarthost]\nhost = a\n[spool]", 2, 1)]
    [InlineData("[smarthost]\nhost = a\nhost = b", 3, 1)]
    [InlineData("[spool]\nquota = 127k", 2, 9)]
    [InlineData("[spool]\nquota = 99999999999999999999", 2, 9)]
    // Clients, TLS, users, limits.
    [InlineData("[client]", 1, 8)]
    [InlineData("[client 10.0.0.1/8]", 1, 9)]
    [InlineData("[client 10.0.0.0/8]\ngrammar = loose", 2, 12)]
    [InlineData("[client 10.0.0.0/8]\nrate = 0", 2, 8)]
    [InlineData("[client 10.0.0.0/8]\nsender = cam", 2, 13)]
    [InlineData("[client 10.0.0.0/8]\naccess = allow\naccess = refuse", 3, 1)]
    [InlineData("[server]\nlisten = *:25,0", 2, 15)]
    [InlineData("[server]\ngrammar = strict\ngrammar = lenient", 3, 1)]
    [InlineData("[tls]\nport = 465", 2, 1)]
    [InlineData("[users]\nalice = secret", 2, 9)]
    [InlineData("[users]\na = pbkdf2-sha256$1$YQ==$YQ==\na = pbkdf2-sha256$1$YQ==$YQ==", 3, 1)]
    [InlineData("[limits]\nmessage-size = 63k", 2, 1)]
    [InlineData("[limits]\nmessage-size = 2G", 2, 1)]
    [InlineData("[limits]\nrecipients = 99", 2, 1)]
    [InlineData("[limits]\ncommand-time = 299\nhops = 100", 2, 1)]
    [InlineData("[limits]\ntext-line = 999", 2, 1)]
    // The first of several.
    [InlineData("[smarthost]\nhost = a\nport = 0\nwrong", 3, 8)]
    public void AMistakeIsFoundWhereItStands(string text, int line, int column)
    {
        var reader = new SettingsReader();
        byte[] file = Encoding.UTF8.GetBytes(text);
        Assert.False(reader.Read(file, file.Length, new RelaySettings()));
        Transcript.Note("wrong", reader.ErrorLine + ":" + reader.ErrorColumn + " " + reader.Error);
        Assert.Equal($"{line}:{column}", $"{reader.ErrorLine}:{reader.ErrorColumn} {reader.Error}".Split(' ')[0]);
        Assert.Contains("expected", reader.Error);
    }

    [Fact]
    public void AWrongWordIsAnsweredWithTheRightOnes()
    {
        var reader = new SettingsReader();
        byte[] file = Encoding.UTF8.GetBytes("[smarthost]\nsecurity = maybe");
        Assert.False(reader.Read(file, file.Length, new RelaySettings()));
        Assert.Contains("none", reader.Error);
        Assert.Contains("starttls", reader.Error);
        Assert.Contains("tls", reader.Error);
    }

    [Fact]
    public void AReaderCanBeUsedAgainAfterAnError()
    {
        var reader = new SettingsReader();
        byte[] bad = Encoding.UTF8.GetBytes("[server]\nhostname = a\nhostname = b");
        byte[] good = Encoding.UTF8.GetBytes("[server]\nhostname = c");
        var settings = new RelaySettings();
        Assert.False(reader.Read(bad, bad.Length, settings));
        Assert.True(reader.Read(good, good.Length, settings));
        Assert.Equal("c", settings.Hostname);
        Assert.Equal("", reader.Error);
    }

    private static RelaySettings Good(string text)
    {
        var settings = new RelaySettings();
        var reader = new SettingsReader();
        byte[] file = Encoding.UTF8.GetBytes(text);
        Assert.True(reader.Read(file, file.Length, settings), $"{reader.ErrorLine}:{reader.ErrorColumn}: {reader.Error}");
        Transcript.Note("read", settings.ListenAddress + " " + settings.ListenPort + " " + settings.Hostname + " " + settings.AllowedNetworks.Length + " " + settings.SpoolPath + " "
            + settings.SpoolQuota + " " + settings.AlertFrom + " " + settings.AlertTo);
        for (Smarthost? smarthost = settings.Smarthost; smarthost != null; smarthost = smarthost.Next)
        {
            Transcript.Note("smarthost", smarthost.Host + " " + smarthost.Port + " " + smarthost.Security + " " + smarthost.User + " " + smarthost.Password);
        }

        return settings;
    }
}
