using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using SmtpEmbedded.Relay.Tests.Server;
using System.Text.RegularExpressions;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.NanoFramework;

/// <summary>
/// Every dialogue of the tests gives the same bytes from the device's build of the relay as from the one for .NET. The dialogues meet
/// what their files expect in both, or fail there; here everything said is compared, expected or not.
/// </summary>
public sealed class SameBytesTests
{
    private static readonly Assembly s_net = Assembly.LoadFrom(
        typeof(SameBytesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "NetTests").Value!);

    [Theory]
    [InlineData(typeof(DialogueTests), 75)]
    [InlineData(typeof(CommandLineTableTests), 250)]
    [InlineData(typeof(ClientSessionTests), 30)]
    [InlineData(typeof(ClientFailureTests), 50)]
    public void EveryDialogueGivesTheSameBytes(Type tests, int atLeast)
    {
        IReadOnlyList<TestCase> nano = TestCase.Of(tests);
        IReadOnlyList<TestCase> net = TestCase.Of(s_net.GetType(tests.FullName!, true)!);
        Assert.Equal(net.Select(one => one.Name), nano.Select(one => one.Name));
        Assert.True(nano.Count >= atLeast, "only " + nano.Count + " cases");

        long octets = 0;
        for (int i = 0; i < nano.Count; i++)
        {
            string said = nano[i].Transcribe();
            octets += said.Length;
            string difference = Difference(Comparable(net[i].Transcribe()), Comparable(said));
            Assert.True(difference.Length == 0, nano[i].Name + ": " + difference);
        }

        Assert.True(octets > 20L * nano.Count, "only " + octets + " octets were compared");
    }

    [Fact]
    public void TheTwoBuildsAreTwo()
    {
        Assert.DoesNotContain(Feeds(typeof(ServerSession).Assembly), IsOfSpans);
        Assert.Contains(Feeds(s_net.GetType(typeof(SessionDriver).FullName!, true)!.GetProperty(nameof(SessionDriver.Session))!.PropertyType.Assembly), IsOfSpans);
    }

    [Theory]
    [InlineData("server 250 OK\r\n", "server 250 OK\r\n", "")]
    [InlineData("server 250 OK\r\n", "server 250 Ok\r\n", "differs at 12: K\\r\\n | k\\r\\n")]
    [InlineData("server 250 OK\r\n", "server 250 OK\r\nx", "differs at 15:  | x")]
    public void ADifferenceIsTold(string net, string nano, string told) => Assert.Equal(told, Difference(net, nano));

    private static IEnumerable<MethodInfo> Feeds(Assembly relay) =>
        relay.GetType("SmtpEmbedded.Relay.CommandParser", true)!.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(method => method.Name == "Feed");

    private static bool IsOfSpans(MethodInfo feed) => feed.GetParameters()[0].ParameterType == typeof(ReadOnlySpan<byte>);

    /// <summary>
    /// Without what is meant to differ: our Message-IDs, which hold a random number, and the words of what was expected, which a
    /// board's parsers leave out (TerseOnDevice).
    /// </summary>
    private static string Comparable(string text) =>
        Regex.Replace(Regex.Replace(text, @"<[0-9.]+@relay\.example>", "<id@relay.example>"), @", expected [^\r\n]*|(at byte [0-9]+)[^\r\n]* was expected", "$1");

    private static string Difference(string net, string nano)
    {
        if (net == nano)
        {
            return "";
        }

        int at = 0;
        while (at < net.Length && at < nano.Length && net[at] == nano[at])
        {
            at++;
        }

        return "differs at " + at + ": " + Excerpt(net, at) + " | " + Excerpt(nano, at);
    }

    private static string Excerpt(string text, int at) => text.Substring(at, Math.Min(60, text.Length - at)).Replace("\r", "\\r").Replace("\n", "\\n");
}
