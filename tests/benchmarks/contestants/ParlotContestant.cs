using System;
using System.Collections.Generic;
using System.Linq;
using Parlot;
using Parlot.Fluent;
using SmtpEmbedded.Benchmarks.Measuring;
using static Parlot.Fluent.Parsers;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>A command line in Parlot: fluent parsers over strings, compiled.</summary>
internal static class ParlotContestant
{
    private static readonly Parser<CommandLineModel> Command = Build();

    public static int ReadAll(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            bool isSentence = Command.TryParse(lines.Texts[i], out CommandLineModel? line);
            sum += isSentence ? 1 + line!.CaptureCount : 0;
            if (verdicts != null)
            {
                verdicts[i] = new Verdict(isSentence, isSentence ? line!.Print : 0);
            }
        }

        return sum;
    }

    private static Parser<CommandLineModel> Build()
    {
        Parser<TextSpan> label = Literals.Pattern(Characters.IsLabel).When((_, text) => Characters.IsSubDomain(text.Span));
        Parser<TextSpan> domain = Capture(Separated(Literals.Char('.'), label));
        Parser<TextSpan> ipv4 = Literals.Pattern(c => char.IsAsciiDigit(c) || c == '.').When((_, text) => Characters.IsIPv4Address(text.Span));
        Parser<TextSpan> ipv6 = Literals.Text("IPv6:", caseInsensitive: true)
            .SkipAnd(Literals.Pattern(Characters.IsIPv6).When((_, text) => Characters.IsIPv6Address(text.Span)));
        Parser<TextSpan> literal = Between(Literals.Char('['), OneOf(ipv4, ipv6), Literals.Char(']'));

        Parser<TextSpan> atom = Literals.Pattern(Characters.IsAtext).When((_, text) => Characters.IsWellFormed(text.Span));
        Parser<TextSpan> quotedPair = Capture(Literals.Char('\\').And(Literals.Pattern(Characters.IsPrinting, 1, 1)));
        Parser<TextSpan> quotedText = Literals.Pattern(Characters.IsQtext).When((_, text) => Characters.IsWellFormed(text.Span));
        Parser<TextSpan> quotedString = Capture(Between(Literals.Char('"'), ZeroOrMany(OneOf(quotedText, quotedPair)), Literals.Char('"')));
        Parser<TextSpan> localPart = OneOf(Capture(Separated(Literals.Char('.'), atom)), quotedString);
        Parser<TextSpan> text = OneOf(atom, quotedString);

        Parser<Part?> host = OneOf(domain.Then<Part?>(text => PartOf(text)), literal.Then<Part?>(_ => null));
        Parser<IReadOnlyList<TextSpan>> route = Separated(Literals.Char(','), Literals.Char('@').SkipAnd(domain)).AndSkip(Literals.Char(':'));
        Parser<PathParts?> path = Literals.Char('<')
            .SkipAnd(ZeroOrOne(route))
            .And(localPart)
            .AndSkip(Literals.Char('@'))
            .And(host)
            .AndSkip(Literals.Char('>'))
            .Then<PathParts?>(p => new PathParts(p.Item1 == null ? [] : [.. p.Item1.Select(PartOf)], PartOf(p.Item2), p.Item3));
        Parser<PathParts?> reversePath = OneOf(Literals.Text("<>").Then<PathParts?>(_ => null), path);
        Parser<PathParts?> forwardPath = OneOf(Literals.Text("<Postmaster>", caseInsensitive: true).Then<PathParts?>(_ => null), path);

        Parser<Parameter> parameter = Literals.Pattern(Characters.IsKeyword).When((_, word) => Characters.IsEsmtpKeyword(word.Span))
            .And(ZeroOrOne(Literals.Char('=').SkipAnd(Literals.Pattern(Characters.IsValue).When((_, value) => Characters.IsWellFormed(value.Span)))))
            .Then(p => new Parameter(PartOf(p.Item1), p.Item2.Length == 0 ? (Part?)null : PartOf(p.Item2)));
        Parser<IReadOnlyList<Parameter>> parameters = ZeroOrMany(Literals.Char(' ').SkipAnd(parameter));

        Parser<string> end = ZeroOrOne(Literals.Pattern(Characters.IsWhite)).SkipAnd(Literals.Text("\r\n"));
        Parser<CommandLineModel> Verb<T>(string verb, Parser<T> rest) =>
            Literals.Text(verb, caseInsensitive: true).SkipAnd(rest).AndSkip(end).Then(_ => CommandLineModel.Plain);
        Parser<CommandLineModel> Bare(string verb) => Literals.Text(verb, caseInsensitive: true).AndSkip(end).Then(_ => CommandLineModel.Plain);
        Parser<CommandLineModel> Addressed(string verb, Parser<PathParts?> to) =>
            Literals.Text(verb, caseInsensitive: true).SkipAnd(to).And(parameters).AndSkip(end).Then(c => new CommandLineModel(null, c.Item1, c.Item2));
        Parser<CommandLineModel> Named(string verb, Parser<Part?> name) =>
            Literals.Text(verb, caseInsensitive: true).SkipAnd(name).AndSkip(end).Then(n => new CommandLineModel(n, null, []));

        Parser<TextSpan> response = Literals.Pattern(Characters.IsBase64).When((_, r) => Characters.IsInitialResponse(r.Span));
        return OneOf(
            Addressed("MAIL FROM:", reversePath),
            Addressed("RCPT TO:", forwardPath),
            Named("EHLO ", host),
            Named("HELO ", domain.Then<Part?>(text => PartOf(text))),
            Bare("DATA"),
            Bare("RSET"),
            Bare("QUIT"),
            Bare("STARTTLS"),
            Verb("VRFY ", text),
            Verb("EXPN ", text),
            Verb("HELP", ZeroOrOne(Literals.Char(' ').SkipAnd(text))),
            Verb("NOOP", ZeroOrOne(Literals.Char(' ').SkipAnd(text))),
            Verb("AUTH ", Literals.Pattern(Characters.IsMechanism).And(ZeroOrOne(Literals.Char(' ').SkipAnd(response)))),
            Verb("BDAT ", Literals.Pattern(char.IsAsciiDigit).And(ZeroOrOne(Literals.Text(" LAST", caseInsensitive: true)))))
            .Eof().Compile();
    }

    private static Part PartOf(TextSpan text) => new(text.Offset, text.Offset + text.Length);
}
