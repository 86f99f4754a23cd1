using System;
using System.Collections.Generic;
using System.Linq;
using Pidgin;
using SmtpEmbedded.Benchmarks.Measuring;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>A command line in Pidgin.</summary>
internal static class PidginContestant
{
    private static readonly Parser<char, CommandLineModel> Command = Build();

    public static int ReadAll(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            Result<char, CommandLineModel> result = Command.Parse(lines.Texts[i]);
            sum += result.Success ? 1 + result.Value.CaptureCount : 0;
            if (verdicts != null)
            {
                verdicts[i] = new Verdict(result.Success, result.Success ? result.Value.Print : 0);
            }
        }

        return sum;
    }

    private static Parser<char, CommandLineModel> Build()
    {
        Parser<char, string> label = Token(Characters.IsLabel).AtLeastOnceString().Assert(text => Characters.IsSubDomain(text));
        Parser<char, Part> domain = PartOf(label.SkipSeparated('.'));
        Parser<char, Unit> ipv4 = Token(c => char.IsAsciiDigit(c) || c == '.').AtLeastOnceString().Assert(text => Characters.IsIPv4Address(text)).IgnoreResult();
        Parser<char, Unit> ipv6 = CIString("IPv6:")
            .Then(Token(Characters.IsIPv6).AtLeastOnceString().Assert(text => Characters.IsIPv6Address(text))).IgnoreResult();
        Parser<char, Unit> literal = OneOf(ipv6, ipv4).Between(Char('['), Char(']'));

        Parser<char, string> atom = Token(Characters.IsAtext).AtLeastOnceString().Assert(text => Characters.IsWellFormed(text));
        Parser<char, Unit> quotedPair = Char('\\').Then(Token(Characters.IsPrinting)).IgnoreResult();
        Parser<char, Unit> quotedText = Token(Characters.IsQtext).AtLeastOnceString().Assert(text => Characters.IsWellFormed(text)).IgnoreResult();
        Parser<char, Unit> quotedString = OneOf(quotedText, quotedPair).SkipMany().Between(Char('"'), Char('"'));
        Parser<char, Part> localPart = PartOf(OneOf(quotedString, atom.SkipSeparated('.')));
        Parser<char, Unit> text = OneOf(quotedString, atom.IgnoreResult());

        Parser<char, Part?> host = OneOf(literal.ThenReturn((Part?)null), domain.Select(d => (Part?)d));
        Parser<char, IEnumerable<Part>> route = Char('@').Then(domain).SeparatedAtLeastOnce(Char(',')).Before(Char(':'));
        Parser<char, PathParts?> path = Map(
            (r, l, h) => (PathParts?)new PathParts([.. r.GetValueOrDefault([])], l, h),
            Char('<').Then(route.Optional()),
            localPart.Before(Char('@')),
            host.Before(Char('>')));
        Parser<char, PathParts?> reversePath = OneOf(Try(String("<>")).ThenReturn((PathParts?)null), path);
        Parser<char, PathParts?> forwardPath = OneOf(Try(CIString("<Postmaster>")).ThenReturn((PathParts?)null), path);

        Parser<char, Part> keyword = PartOf(Token(Characters.IsKeyword).AtLeastOnceString().Assert(word => Characters.IsEsmtpKeyword(word)).IgnoreResult());
        Parser<char, Part> value = PartOf(Token(Characters.IsValue).AtLeastOnceString().Assert(v => Characters.IsWellFormed(v)).IgnoreResult());
        Parser<char, Parameter> parameter = Map(
            (k, v) => new Parameter(k, v.HasValue ? v.Value : null),
            Try(Char(' ').Then(keyword)),
            Char('=').Then(value).Optional());
        Parser<char, IEnumerable<Parameter>> parameters = parameter.Many();

        Parser<char, Unit> end = Token(Characters.IsWhite).SkipMany().Then(String("\r\n")).Then(Parser<char>.End);
        Parser<char, CommandLineModel> Verb<T>(string verb, Parser<char, T> rest) =>
            Try(CIString(verb)).Then(rest).Then(end).ThenReturn(CommandLineModel.Plain);
        Parser<char, CommandLineModel> Bare(string verb) => Try(CIString(verb)).Then(end).ThenReturn(CommandLineModel.Plain);
        Parser<char, CommandLineModel> Addressed(string verb, Parser<char, PathParts?> to) =>
            Map((p, all) => new CommandLineModel(null, p, [.. all]), Try(CIString(verb)).Then(to), parameters.Before(end));
        Parser<char, CommandLineModel> Named(string verb, Parser<char, Part?> name) =>
            Try(CIString(verb)).Then(name).Before(end).Select(n => new CommandLineModel(n, null, []));

        Parser<char, string> response = Token(Characters.IsBase64).AtLeastOnceString().Assert(r => Characters.IsInitialResponse(r));
        return OneOf(
            Addressed("MAIL FROM:", reversePath),
            Addressed("RCPT TO:", forwardPath),
            Named("EHLO ", host),
            Named("HELO ", domain.Select(d => (Part?)d)),
            Bare("DATA"),
            Bare("RSET"),
            Bare("QUIT"),
            Bare("STARTTLS"),
            Verb("VRFY ", text),
            Verb("EXPN ", text),
            Verb("HELP", Try(Char(' ').Then(text)).Optional()),
            Verb("NOOP", Try(Char(' ').Then(text)).Optional()),
            Verb("AUTH ", Token(Characters.IsMechanism).SkipAtLeastOnce().Then(Try(Char(' ').Then(response)).Optional())),
            Verb("BDAT ", Token(char.IsAsciiDigit).SkipAtLeastOnce().Then(Try(CIString(" LAST")).Optional())));
    }

    private static Parser<char, Unit> SkipSeparated(this Parser<char, string> item, char separator) =>
        item.Then(Char(separator).Then(item).SkipMany());

    private static Parser<char, Part> PartOf(Parser<char, Unit> inner) => Map((start, _, end) => new Part(start, end), CurrentOffset, inner, CurrentOffset);
}
