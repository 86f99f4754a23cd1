using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmtpEmbedded.Device.Tests.Compile;
using SmtpEmbedded.Device.Tests.Il;
using SmtpEmbedded.Device.Tests.Il.Execution;
using SmtpEmbedded.Device.Tests.Reference;
using Xunit;
using Xunit.Abstractions;

namespace SmtpEmbedded.Device.Tests;

/// <summary>
/// What the relay's parsers may take on the device: memory for their data, bytes of code, and instructions an octet. Instructions
/// are counted by executing the code, so the figures are the same on every machine and every run.
/// </summary>
public sealed class ParserBudgetTests(ITestOutputHelper output)
{
    private static readonly string[] Server = ["CommandParser", "MailParameterParser", "RecipientParameterParser", "ParameterKeywordParser", "DataParser", "ChunkedMessageParser"];

    private static readonly string[] Client = ["ReplyParser", "EhloKeywordParser"];

    private static readonly string[] Dialogue =
    [
        "EHLO client.example.org\r\n", "MAIL FROM:<alerts@example.org> SIZE=1024\r\n", "RCPT TO:<operator@example.com> NOTIFY=FAILURE\r\n", "DATA\r\n", "QUIT\r\n",
    ];

    /// <summary>The programs that are compared: a loop that does nothing but read, and a parser with all a session asks of it.</summary>
    private const string Programs = """
        namespace SmtpEmbedded.Relay
        {
            public static class Programs
            {
                private static readonly CommandParser Command = new CommandParser();
                private static readonly DataParser Data = new DataParser();

                public static int Read(byte[] buffer, int offset, int count)
                {
                    int sum = 0;
                    int end = offset + count;
                    for (int i = offset; i < end; i++)
                    {
                        sum += buffer[i];
                    }

                    return sum;
                }

                public static int ParseCommand(byte[] buffer, int offset, int count)
                {
                    CommandParser parser = Command;
                    parser.Reset();
                    int consumed = parser.Feed(buffer, offset, count);
                    return parser.State == CommandParser.Outcome.Matched ? consumed : -1;
                }

                public static int ParseData(byte[] buffer, int offset, int count)
                {
                    DataParser parser = Data;
                    parser.Reset();
                    int consumed = 0;
                    while (consumed < count && parser.State == DataParser.Outcome.NeedsMore)
                    {
                        consumed += parser.Feed(buffer, offset + consumed, count - consumed);
                        parser.ClearCaptures();
                    }

                    return consumed;
                }
            }
        }
        """;

    private static readonly Lazy<AssemblyImage> Image = new(() =>
    {
        var compiled = DeviceCompiler.CompileWithParsers(
            "Programs",
            [
                DeviceCompiler.Parse(Programs, "Programs.cs"),
                DeviceCompiler.Parse("namespace SmtpEmbedded.Relay { static class CommandReader { public const int MostCaptures = 24; } }", "Constants.cs"),
                .. new[] { "server/Parsers.cs", "client/ReplyParser.cs", "client/EhloKeywordParser.cs" }
                    .Select(file => RepositoryFiles.Find("firmware/relay/" + file.Split('/')[0], file.Split('/')[1]).Single())
                    .Select(file => DeviceCompiler.Parse(System.IO.File.ReadAllText(file), file)),
            ],
            DeviceReferences.Of("mscorlib"));
        Assert.True(compiled.Image is not null, compiled.Report());
        return new AssemblyImage(compiled.Image);
    });

    [Fact]
    public void TheServersParsersTakeFourKibOfMemoryAndTwelveOfCode() => Within(Server, 4096, 12288);

    [Fact]
    public void ASendersParsersTakeOneKibOfMemoryAndThreeOfCode() => Within(Client, 1024, 3072);

    [Fact]
    public void ACommandTakesTwiceTheInstructionsOfReadingIt()
    {
        var (read, parse) = Compare("ParseCommand", Dialogue);

        // The goal of all: no more than twice.
        Assert.True(parse <= 2.0 * read, $"{parse:F3} instructions an octet, {read:F3} for a loop that only reads");
    }

    [Fact]
    public void AMessageTakesNoMoreThanSixTenthsOnTop()
    {
        var text = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog, and on along the whole line it is.\r\n", 20));
        var (read, parse) = Compare("ParseData", [text + ".\r\n"]);

        Assert.True(parse <= 1.6 * read, $"{parse:F3} instructions an octet, {read:F3} for a loop that only reads");
    }

    private (double Read, double Parse) Compare(string parser, IReadOnlyList<string> inputs)
    {
        var machine = new IlMachine(Image.Value);
        double octets = inputs.Sum(input => input.Length);
        double Instructions(string program, bool consumes)
        {
            machine.Executed = 0;
            foreach (var input in inputs.Select(Encoding.ASCII.GetBytes))
            {
                var result = machine.Call("SmtpEmbedded.Relay.Programs." + program, input, 0, input.Length);
                Assert.True(!consumes || Equals(result, input.Length), $"{program} read {result} of {input.Length}");
            }

            return machine.Executed / octets;
        }

        // The first call of all initialises the types.
        Instructions(parser, true);
        var figures = (Read: Instructions("Read", false), Parse: Instructions(parser, true));
        output.WriteLine($"{parser}: {figures.Parse:F1} instructions an octet, {figures.Read:F1} for a loop that only reads: {figures.Parse / figures.Read:F4}");
        return figures;
    }

    private void Within(IReadOnlyList<string> parsers, int memory, int code)
    {
        var image = Image.Value;
        int CodeOf(string parser) => image.Methods.Where(m => image.NameOf(m.DeclaringType) == "SmtpEmbedded.Relay." + parser).Sum(m => m.DeviceSize);
        int DataOf(string parser) => StaticArray.AllOf(image)
            .Where(a => a.Users.Any(user => user.StartsWith("SmtpEmbedded.Relay." + parser + ".", StringComparison.Ordinal))).Sum(a => a.Size);
        foreach (var parser in parsers)
        {
            output.WriteLine($"{parser}: {DataOf(parser)} bytes of data, {CodeOf(parser)} of code");
        }

        var (data, instructions) = (parsers.Sum(DataOf), parsers.Sum(CodeOf));
        Assert.True(data <= memory && instructions <= code, $"{data} bytes of data, of {memory}; {instructions} of code, of {code}");
    }
}
