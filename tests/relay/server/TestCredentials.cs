using System;
using System.Text;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>Knows alice, whose password is secret.</summary>
internal sealed class TestCredentials : ICredentials
{
    public bool Accepts(byte[] responses, int userEnd, int count)
    {
        string first = Decode(responses, 0, userEnd > 0 ? userEnd : count);
        return userEnd > 0 ? first == "alice" && Decode(responses, userEnd, count) == "secret" : first == "\0alice\0secret";
    }

    private static string Decode(byte[] bytes, int start, int end) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(Encoding.ASCII.GetString(bytes, start, end - start)));
}
