using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>Draws the rules that a root reaches as railroad diagrams, one under the other, with links between them.</summary>
public static class RailroadDiagram
{
    private const double Margin = 24;

    private const string Style =
        ".paper{fill:#fffdf8}text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1d2733}" +
        ".title{font-weight:bold;font-size:15px}.comment{font-size:12px;fill:#66707c}.note{font-size:11px;fill:#66707c}" +
        ".track{fill:none;stroke:#54606e;stroke-width:1.6}.end{fill:#54606e}" +
        ".terminal{fill:#e4f3df;stroke:#5c9a4c;stroke-width:1.4}.rule{fill:#e6edf9;stroke:#5577b5;stroke-width:1.4}" +
        "a:hover .rule,a:focus .rule{fill:#cfdef7}";

    /// <summary>The diagrams as one SVG text.</summary>
    public static string Draw(Grammar grammar, Rule root)
    {
        var body = new SvgWriter();
        double y = Margin;
        double width = 300;
        foreach (Rule rule in Reached(grammar, root))
        {
            Track track = Alternatives(grammar, rule.Alternatives);
            body.Raw($"<g id=\"{SvgWriter.Escape(rule.Name)}\">");
            body.Text("title", Margin, y + 14, rule.Name, "start");
            y += 24;
            foreach (string comment in rule.Comments)
            {
                body.Text("comment", Margin, y + 8, comment, "start");
                width = Math.Max(width, (7 * comment.Length) + (2 * Margin));
                y += 16;
            }

            y += 8 + track.Up;
            body.Raw($"<circle class=\"end\" cx=\"{SvgWriter.Number(Margin + 4)}\" cy=\"{SvgWriter.Number(y)}\" r=\"4\"/>");
            body.Line(Margin + 8, y, Margin + 24);
            track.Draw(body, Margin + 24, y);
            body.Line(Margin + 24 + track.Width, y, Margin + 40 + track.Width);
            body.Raw($"<circle class=\"end\" cx=\"{SvgWriter.Number(Margin + 44 + track.Width)}\" cy=\"{SvgWriter.Number(y)}\" r=\"4\"/>");
            body.Raw("</g>");
            y += track.Down + 28;
            width = Math.Max(width, track.Width + 48 + (2 * Margin));
        }

        var text = new StringBuilder();
        text.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SvgWriter.Number(width)}\" height=\"{SvgWriter.Number(y)}\" ");
        text.Append($"viewBox=\"0 0 {SvgWriter.Number(width)} {SvgWriter.Number(y)}\" role=\"img\">\n");
        text.Append($"<title>The rule {SvgWriter.Escape(root.Name)} and the rules it uses</title>\n<style>{Style}</style>\n");
        text.Append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        text.Append(body).Append("</svg>\n");
        return text.ToString();
    }

    /// <summary>The rules a root uses, in the order in which a reader meets them; core rules are left to RFC 5234.</summary>
    private static List<Rule> Reached(Grammar grammar, Rule root)
    {
        var rules = new List<Rule> { root };
        for (int i = 0; i < rules.Count; i++)
        {
            foreach (string name in rules[i].Alternatives.SelectMany(Names))
            {
                Rule rule = grammar.Find(name)!;
                if (!rule.IsCore && !rules.Contains(rule))
                {
                    rules.Add(rule);
                }
            }
        }

        return rules;
    }

    private static IEnumerable<string> Names(Element element) => element switch
    {
        Alternation a => a.Alternatives.SelectMany(Names),
        Concatenation c => c.Parts.SelectMany(Names),
        Repetition r => Names(r.Element),
        RuleReference r => new[] { r.Name },
        _ => Enumerable.Empty<string>(),
    };

    private static Track Alternatives(Grammar grammar, IReadOnlyList<Element> alternatives) => alternatives.Count == 1
        ? TrackOf(grammar, alternatives[0])
        : new ChoiceTrack(alternatives.Select(a => TrackOf(grammar, a)).ToList());

    private static Track TrackOf(Grammar grammar, Element element)
    {
        switch (element)
        {
            case Alternation alternation:
                return Alternatives(grammar, alternation.Alternatives);
            case Concatenation concatenation:
                return WrappedTrack.Of(concatenation.Parts.Select(p => TrackOf(grammar, p)).ToList());
            case Repetition repetition:
                return RepetitionOf(grammar, repetition);
            case RuleReference reference:
                Rule rule = grammar.Find(reference.Name)!;
                return rule.IsCore ? new BoxTrack(rule.Name) : new BoxTrack(reference.Name, rule.Name);
            case Literal literal when literal.Text.Length == 0:
                return new EmptyTrack();
            default:
                return new BoxTrack(element.Span.Text);
        }
    }

    private static Track RepetitionOf(Grammar grammar, Repetition repetition)
    {
        if (repetition.Maximum == 0)
        {
            return new EmptyTrack();
        }

        Track inner = TrackOf(grammar, repetition.Element);
        int least = Math.Max(1, repetition.Minimum);
        string label = repetition.Maximum == Repetition.Unbounded
            ? (least > 1 ? $"at least {least}" : "")
            : least == repetition.Maximum ? $"{least} times" : $"{least} to {repetition.Maximum} times";
        Track repeated = repetition.Maximum == 1 ? inner : new LoopTrack(inner, label);
        return repetition.Minimum == 0 ? new OptionTrack(repeated) : repeated;
    }
}
