using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using SmtpEmbedded.Relay;

/// <summary>
/// Uses a relay as a program on a board does, by its API alone, over a network in memory, and says what came over it. The tests
/// compile it against the relay as compiled and as linked, and compare what the two say.
/// </summary>
public static class Driver
{
    /// <summary>Plays streams of client octets, each in a connection of its own; returns what the server said to each.</summary>
    public static string[] Converse(string[] streams)
    {
        var network = new MemoryNetwork();
        var relay = new Relay(Settings(""), new MemorySegmentStore(), SpoolOptions.ForDevice(), network, network);
        Check(relay.Start(), relay.Error);
        var said = new List<string>();
        foreach (string stream in streams)
        {
            said.Add(network.Listener.Play(stream));
        }

        relay.Stop();
        said.Add(relay.Waiting + " waiting\n" + network.Log());
        return said.ToArray();
    }

    /// <summary>A day in a relay's life: mail and an alert for a smarthost that is away, back, away again over a stop and a start.</summary>
    public static string[] Relay()
    {
        var network = new MemoryNetwork();
        RelaySettings settings = Settings("smart.test");
        settings.AlertTo = "ops@example.org";
        settings.Smarthost.Next = new Smarthost { Host = "second.test", Security = SmarthostSecurity.None };
        settings.Limits.IdleConnection = 0;
        var relay = new Relay(settings, new MemorySegmentStore(), SpoolOptions.ForDevice(), network, network);
        var said = new List<string>();
        Check(!relay.Alerts.Raise(Severity.Error, "", "Nobody listens", ""), "an alert was taken by a relay that does not run");
        network.Now += 60_000;
        Check(relay.Start() && relay.Start(), relay.Error);
        Until(() => relay.Journal.Delivered > 0 && relay.Waiting == 0, "the alert from before the start to leave");
        said.Add(network.Listener.Play(Mail("one") + Mail("two") + "QUIT\r\n"));
        Until(() => relay.Waiting == 0, "mail to leave");
        Check(relay.Alerts.Raise(Severity.Warning, "boiler", "Grüße vom Kessel", "1,1 bar\n.\n..\nfrom here on\n" + new string('x', 1200)), "no alert");

        // A message that comes while the connection is still open leaves over it, smarthost away or not.
        Until(() => relay.Waiting == 0 && !network.IsConnected, "the alert to leave and the connection to end");

        network.Away = "nothing listens there";
        said.Add(network.Listener.Play(Mail("kept") + "QUIT\r\n"));
        Check(relay.Waiting == 1, "it is not kept");
        Until(() => network.Log().Contains("second.test: ", StringComparison.Ordinal), "the second smarthost to be tried");
        relay.Stop();
        Check(relay.Port == 0 && relay.Sessions == 0, "it has not stopped");
        network.Away = "";
        network.Refuse = "RCPT";
        network.Now += 3_600_000;
        Check(relay.Start(), relay.Error);
        Check(relay.Port == 25, "no port");
        Until(() => relay.Waiting == 0, "the report of a failure to leave");
        relay.Stop();
        // Whether two messages share a connection is the threads' doing.
        said.Add(network.Smarthost().Replace("QUIT\nEHLO relay.example\n", "", StringComparison.Ordinal));
        said.Add(network.Log());
        return said.ToArray();
    }

    /// <summary>What the helpers of the API read.</summary>
    public static string[] Read(string[] addresses)
    {
        var read = new List<string>();
        foreach (string address in addresses)
        {
            byte[] text = Encoding.UTF8.GetBytes(address);
            byte[] bytes = AddressReader.Read(text, 0, text.Length);
            read.Add(address + " " + (bytes == null ? "no" : BitConverter.ToString(bytes)));
        }

        return read.ToArray();
    }

    /// <summary>What the settings reader says of files.</summary>
    public static string[] ReadSettings(string[] files)
    {
        var read = new List<string>();
        var reader = new SettingsReader();
        foreach (string file in files)
        {
            var settings = new RelaySettings();
            byte[] text = Encoding.UTF8.GetBytes(file);
            bool good = reader.Read(text, text.Length, settings);
            read.Add(good + " " + reader.ErrorLine + ":" + reader.ErrorColumn + " " + reader.Error + " " + settings.ListenAddress + " " + settings.ListenPort + " " + settings.Hostname + " "
                + settings.AllowedNetworks.Length + " " + settings.Smarthost.Host + " " + settings.Smarthost.Port + " " + settings.Smarthost.User + " " + settings.SpoolQuota);
        }

        return read.ToArray();
    }

    private static RelaySettings Settings(string smarthost)
    {
        var settings = new RelaySettings { Hostname = "relay.example", ListenPort = 25 };
        settings.Smarthost.Host = smarthost;
        settings.Smarthost.Security = SmarthostSecurity.None;
        settings.Limits.Sessions = 2;
        settings.Limits.MessageBytes = 64 * 1024;
        return settings;
    }

    private static string Mail(string subject) =>
        "EHLO client.example\r\nMAIL FROM:<camera@example.org> BODY=8BITMIME\r\nRCPT TO:<guard@example.net>\r\nDATA\r\nSubject: " + subject + "\r\n\r\n..dot\r\n.\r\n";

    private static void Until(Func<bool> condition, string what)
    {
        long end = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Check(Environment.TickCount64 < end, "in vain waited for " + what);
            Thread.Sleep(2);
        }
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
