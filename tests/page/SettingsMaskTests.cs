using System;
using System.Linq;
using System.Text;
using SmtpEmbedded.Relay;
using SmtpEmbedded.Relay.Page;
using Xunit;

namespace SmtpEmbedded.Page.Tests;

/// <summary>Secrets of every kind leave masked and come back whole, whatever else is changed in the file meanwhile.</summary>
public class SettingsMaskTests
{
    private const string FirstHash = "pbkdf2-sha256$100000$c2FsdHNhbHRzYWx0c2FsdA==$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g=";
    private const string SecondHash = "pbkdf2-sha256$200000$b3RoZXJvdGhlcm90aGVyMQ==$b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMTI=";

    private static readonly string[] Secrets = [FirstHash, SecondHash, "wall-seven", "deep blue", "refresh-me", "cat /run/token"];

    private static readonly string File =
        "[server]\nhostname = relay.example.org\nlisten = 127.0.0.1:2525\n[users]\ncamera = " + FirstHash + "\nprinter = " + SecondHash
        + "\n[smarthost]\nhost = one.example.org\nuser = relay\npassword = wall-seven\n"
        + "[smarthost]\nhost = two.example.org\nuser = relay\nauth = xoauth2\ntoken-url = https://login.example.org/token\nclient-id = relay\nclient-secret = deep blue\nrefresh-token = refresh-me\n"
        + "[smarthost]\nhost = three.example.org\nuser = relay\nauth = xoauth2\ntoken-command = cat /run/token\n";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);

    private static string Mistake(string file)
    {
        var reader = new SettingsReader();
        return reader.Read(Bytes(file), Encoding.UTF8.GetByteCount(file), new RelaySettings()) ? "" : $"{reader.ErrorLine}:{reader.ErrorColumn}: {reader.Error}";
    }

    [Fact]
    public void What_is_shown_holds_no_secret_and_is_a_good_file()
    {
        Assert.Equal("", Mistake(File));
        string shown = Text(new SettingsMask().Hide(Bytes(File)));
        Assert.DoesNotContain(Secrets, secret => shown.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain("c2FsdHNhbHRzYWx0c2FsdA", shown);
        Assert.Equal("", Mistake(shown));
    }

    [Fact]
    public void What_comes_back_unchanged_is_the_file()
    {
        var mask = new SettingsMask();
        Assert.Equal(File, Text(mask.Restore(mask.Hide(Bytes(File))!, Bytes(File))));
    }

    [Fact]
    public void Sections_that_change_places_keep_their_secrets_and_new_ones_are_taken()
    {
        var mask = new SettingsMask();
        string[] sections = Text(mask.Hide(Bytes(File))).Split("\n[");
        string changed = sections[0] + "\n[" + string.Join("\n[", sections.Skip(1).Reverse());
        changed = changed.TrimEnd('\n').Replace("hostname = relay", "hostname = other", StringComparison.Ordinal);
        string back = Text(mask.Restore(Bytes(changed), Bytes(File)));
        Assert.All(Secrets, secret => Assert.Contains(secret, back));
        Assert.Contains("camera = " + FirstHash, back);
        Assert.Contains("printer = " + SecondHash, back);

        int line = changed.IndexOf("password = ", StringComparison.Ordinal);
        string renewed = changed[..line] + "password = brand-new" + changed[changed.IndexOf('\n', line)..];
        back = Text(mask.Restore(Bytes(renewed), Bytes(File)));
        Assert.Contains("password = brand-new\n", back);
        Assert.DoesNotContain("wall-seven", back);
        Assert.Contains("client-secret = deep blue\n", back);
    }

    [Fact]
    public void A_mask_that_stands_for_nothing_stays_what_it_is()
    {
        var mask = new SettingsMask();
        string file = File.Replace("wall-seven", "********99", StringComparison.Ordinal);
        Assert.Equal(file, Text(mask.Restore(Bytes(file), Bytes(File))));
    }
}
