using System;
using System.Linq;
using SmtpEmbedded.Benchmarks.Measuring;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>A command line in Superpower: text parsers, no tokens.</summary>
internal static class SuperpowerContestant
{
    private static readonly TextParser<CommandLineModel> Command = Build();

    public static int ReadAll(Lines lines, Verdict[]? verdicts)
    {
        int sum = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            Result<CommandLineModel> result = Command.TryParse(lines.Texts[i]);
            sum += result.HasValue ? 1 + result.Value.CaptureCount : 0;
            if (verdicts != null)
            {
                verdicts[i] = new Verdict(result.HasValue, result.HasValue ? result.Value.Print : 0);
            }
        }

        return sum;
    }

    private static TextParser<CommandLineModel> Build()
    {
        TextParser<TextSpan> label = Span.WithAll(Characters.IsLabel).Where(text => Characters.IsSubDomain(text.AsReadOnlySpan()));
        TextParser<TextSpan> domain = Span.MatchedBy(label.AtLeastOnceDelimitedBy(Character.EqualTo('.')));
        TextParser<TextSpan> ipv4 = Span.WithAll(c => char.IsAsciiDigit(c) || c == '.').Where(text => Characters.IsIPv4Address(text.AsReadOnlySpan()));
        TextParser<TextSpan> ipv6 = Span.EqualToIgnoreCase("IPv6:")
            .IgnoreThen(Span.WithAll(Characters.IsIPv6).Where(text => Characters.IsIPv6Address(text.AsReadOnlySpan())));
        TextParser<TextSpan> literal = ipv6.Try().Or(ipv4).Between(Character.EqualTo('['), Character.EqualTo(']'));

        TextParser<TextSpan> atom = Span.WithAll(Characters.IsAtext).Where(text => Characters.IsWellFormed(text.AsReadOnlySpan()));
        TextParser<TextSpan> quotedPair = Span.MatchedBy(Character.EqualTo('\\').IgnoreThen(Character.Matching(Characters.IsPrinting, "a printing character")));
        TextParser<TextSpan> quotedText = Span.WithAll(Characters.IsQtext).Where(text => Characters.IsWellFormed(text.AsReadOnlySpan()));
        TextParser<TextSpan> quotedString = Span.MatchedBy(quotedText.Or(quotedPair).IgnoreMany().Between(Character.EqualTo('"'), Character.EqualTo('"')));
        TextParser<TextSpan> localPart = quotedString.Or(Span.MatchedBy(atom.AtLeastOnceDelimitedBy(Character.EqualTo('.'))));
        TextParser<TextSpan> text = quotedString.Or(atom);

        TextParser<Part?> host = literal.Value((Part?)null).Or(domain.Select(part => (Part?)PartOf(part)));
        TextParser<TextSpan[]> route = Character.EqualTo('@').IgnoreThen(domain).AtLeastOnceDelimitedBy(Character.EqualTo(',')).Then(all => Character.EqualTo(':').Value(all));
        TextParser<PathParts?> path =
            from open in Character.EqualTo('<')
            from domains in route.OptionalOrDefault([])
            from local in localPart
            from at in Character.EqualTo('@')
            from name in host
            from close in Character.EqualTo('>')
            select (PathParts?)new PathParts([.. domains.Select(d => PartOf(d))], PartOf(local), name);
        TextParser<PathParts?> reversePath = Span.EqualTo("<>").Value((PathParts?)null).Try().Or(path);
        TextParser<PathParts?> forwardPath = Span.EqualToIgnoreCase("<Postmaster>").Value((PathParts?)null).Try().Or(path);

        TextParser<TextSpan> keyword = Span.WithAll(Characters.IsKeyword).Where(word => Characters.IsEsmtpKeyword(word.AsReadOnlySpan()));
        TextParser<TextSpan> value = Span.WithAll(Characters.IsValue).Where(v => Characters.IsWellFormed(v.AsReadOnlySpan()));
        TextParser<Parameter> parameter =
            from word in Character.EqualTo(' ').IgnoreThen(keyword).Try()
            from is_ in Character.EqualTo('=').IgnoreThen(value).Select(part => (Part?)PartOf(part)).OptionalOrDefault()
            select new Parameter(PartOf(word), is_);

        TextParser<TextSpan> end = Character.Matching(Characters.IsWhite, "a blank").IgnoreMany().IgnoreThen(Span.EqualTo("\r\n"));
        TextParser<CommandLineModel> Verb<T>(string verb, TextParser<T> rest) =>
            Span.EqualToIgnoreCase(verb).Try().IgnoreThen(rest).IgnoreThen(end).Value(CommandLineModel.Plain);
        TextParser<CommandLineModel> Bare(string verb) => Span.EqualToIgnoreCase(verb).Try().IgnoreThen(end).Value(CommandLineModel.Plain);
        TextParser<CommandLineModel> Addressed(string verb, TextParser<PathParts?> to) =>
            from word in Span.EqualToIgnoreCase(verb).Try()
            from address in to
            from all in parameter.Many()
            from close in end
            select new CommandLineModel(null, address, all);
        TextParser<CommandLineModel> Named(string verb, TextParser<Part?> name) =>
            from word in Span.EqualToIgnoreCase(verb).Try()
            from who in name
            from close in end
            select new CommandLineModel(who, null, []);

        TextParser<TextSpan> response = Span.WithAll(Characters.IsBase64).Where(r => Characters.IsInitialResponse(r.AsReadOnlySpan()));
        return Addressed("MAIL FROM:", reversePath)
            .Or(Addressed("RCPT TO:", forwardPath))
            .Or(Named("EHLO ", host))
            .Or(Named("HELO ", domain.Select(part => (Part?)PartOf(part))))
            .Or(Bare("DATA"))
            .Or(Bare("RSET"))
            .Or(Bare("QUIT"))
            .Or(Bare("STARTTLS"))
            .Or(Verb("VRFY ", text))
            .Or(Verb("EXPN ", text))
            .Or(Verb("HELP", Character.EqualTo(' ').IgnoreThen(text).Try().OptionalOrDefault()))
            .Or(Verb("NOOP", Character.EqualTo(' ').IgnoreThen(text).Try().OptionalOrDefault()))
            .Or(Verb("AUTH ", Span.WithAll(Characters.IsMechanism).IgnoreThen(Character.EqualTo(' ').IgnoreThen(response).Try().OptionalOrDefault())))
            .Or(Verb("BDAT ", Span.WithAll(char.IsAsciiDigit).IgnoreThen(Span.EqualToIgnoreCase(" LAST").Try().OptionalOrDefault())))
            .AtEnd();
    }

    private static Part PartOf(TextSpan text) => new(text.Position.Absolute, text.Position.Absolute + text.Length);

    private static ReadOnlySpan<char> AsReadOnlySpan(this TextSpan text) => text.Source.AsSpan(text.Position.Absolute, text.Length);
}
