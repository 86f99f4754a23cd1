using System;
using System.Collections.Generic;
using System.Linq;
using SmtpEmbedded.Abnf.Core.Tests.Generated;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>
/// A list of captures that is too short for the input only makes reading stop more often: who takes the captures and reads on gets
/// all of them, also where one octet ends several.
/// </summary>
public class FullListTests
{
    private const int NeedsMore = 0;

    [Theory]
    [InlineData("message-data", "stuffing stray-cr stray-lf stray-nul text-line-end end-of-data", "\r", "\n", "\r\n", ".", "\r\n.\r", "..", "x", "\0")]
    [InlineData("message-data", "plain-line stuffed-line segment text-line-end stuffing", "\r\n", ".", "\r\n.\r\n", "x", "word")]
    [InlineData("chunked-message", "stray-cr stray-lf stray-nul text-line-end", "\r", "\n", "\r\n", "x", "\0")]
    [InlineData("command", "Path Mailbox Local-part Domain sub-domain esmtp-param esmtp-keyword esmtp-value", "MAIL FROM:<", "a@b", ".c", "> SIZE=1", " BODY=7BIT", " X", "\r\n")]
    public void NothingIsLost(string root, string captures, params string[] pieces)
    {
        Automaton automaton = Subject.Of(RepositoryFiles.Grammar(), root, captures).Automaton;
        int[] few = [1, 3];
        IGeneratedParser[] all =
        [
            .. ParserCompiler.Compile([automaton], [new ParserForm(), .. few.SelectMany(Forms)]).Select(parsers => parsers[0]),
        ];
        IGeneratedParser whole = all[0];
        foreach ((int most, IGeneratedParser[] parsers) in few.Zip(all.Skip(1).Chunk(all.Length / few.Length)))
        {
            var random = new Random(most);
            for (int i = 0; i < 200; i++)
            {
                string text = root == "command" ? pieces[0] + pieces[1] : "";
                text += string.Concat(Enumerable.Range(0, random.Next(25)).Select(_ => pieces[random.Next(pieces.Length)]));
                byte[] input = [.. text.Select(c => (byte)c)];
                string expected = Read(whole, input, int.MaxValue);
                foreach (IGeneratedParser parser in parsers)
                {
                    Assert.Equal(expected, Read(parser, input, random.Next(2) == 0 ? int.MaxValue : 1 + random.Next(9)));
                }
            }
        }
    }

    private static IEnumerable<ParserForm> Forms(int most) =>
    [
        new(MaximumCaptures: most),
        new(MaximumCaptures: most, PrefersSize: true),
        new(ParserTarget.Net, most),
        new(ParserTarget.Net, most, MaximumBlocks: 30),
    ];

    private static string Read(IGeneratedParser parser, byte[] input, int cut)
    {
        var found = new List<string>();
        parser.Reset();
        int at = 0;
        while (at < input.Length && parser.State == NeedsMore)
        {
            int taken = parser.Feed(input, at, Math.Min(cut, input.Length - at));
            Assert.True(taken > 0 || parser.CaptureCount > 0 || parser.State != NeedsMore, "it does not get on");
            at += taken;
            Take(parser, found);
        }

        parser.Finish();
        Take(parser, found);
        return parser.State + " " + parser.Position + " " + string.Join(" ", found);
    }

    private static void Take(IGeneratedParser parser, List<string> found)
    {
        for (int i = 0; i < parser.CaptureCount; i++)
        {
            found.Add(parser.CaptureRule(i) + ":" + parser.CaptureStart(i) + "-" + parser.CaptureEnd(i));
        }

        parser.ClearCaptures();
    }
}
