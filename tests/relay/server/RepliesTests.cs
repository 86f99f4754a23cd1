using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.Server;

/// <summary>Every fixed reply is one proper line.</summary>
public class RepliesTests
{
    public static IEnumerable<object[]> Fixed() => typeof(Replies)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.Name != nameof(Replies.SyntaxErrorStart))
        .Select(f => new object[] { f.Name, (string)f.GetRawConstantValue()! });

    [Theory]
    [MemberData(nameof(Fixed))]
    public void IsALineWithBothCodes(string name, string reply)
    {
        Assert.EndsWith("\r\n", reply);
        Assert.True(ReplyForm.IsValid(reply.Substring(0, reply.Length - 2)), name);
    }
}
