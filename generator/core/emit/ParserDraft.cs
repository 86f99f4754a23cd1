using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>A parser class while it is written: what it is made from, the names in it, and the text so far.</summary>
internal sealed class ParserDraft
{
    internal ParserDraft(Automaton automaton, ParserRequest request)
    {
        Automaton = automaton;
        Request = request;
        Alternatives = Identifiers.Distinct(automaton.Alternatives, "None");
        Captures = Identifiers.Distinct(automaton.Captures.Select(c => c.Name));
    }

    internal Automaton Automaton { get; }

    internal ParserRequest Request { get; }

    internal CodeWriter Writer { get; } = new();

    /// <summary>The names of the alternatives, in order.</summary>
    internal IReadOnlyList<string> Alternatives { get; }

    /// <summary>The names of the captured rules, in order.</summary>
    internal IReadOnlyList<string> Captures { get; }

    internal bool HasCaptures => Captures.Count > 0;

    /// <summary>Whether rules nest, so that the parser has a stack.</summary>
    internal bool HasCalls => Automaton.CallCount > 0;

    /// <summary>Whether some captured rule can contain itself.</summary>
    internal bool HasNestedCaptures => Automaton.NestedCaptures.Any(nested => nested);

    /// <summary>Whether something in the parser has an upper bound that an input may exceed.</summary>
    internal bool HasLimits => HasCaptures || HasCalls;

    /// <summary>Whether a captured rule's beginning is noted in a field of its own: not where a stack takes it, and not where no input ever has such a capture.</summary>
    internal bool HasStart(int capture) => !Automaton.NestedCaptures[capture]
        && Automaton.Edges.SelectMany(e => e.Actions)
            .Concat(Automaton.InitialActions)
            .Concat(Automaton.States.SelectMany(s => s.FinalActions))
            .Any(a => a.Kind == ActionKind.Close && a.Index == capture);

    /// <summary>Writes a documentation comment.</summary>
    internal void Summary(string text) => Writer.Line($"/// <summary>{text}</summary>");

    /// <summary>A summary, and what the author of the grammar says of the rule it speaks of.</summary>
    internal void Summary(string text, IReadOnlyList<string> comments)
    {
        Summary(text);
        string[] said = comments.Where(c => c.Length > 0).ToArray();
        if (said.Length > 0)
        {
            Writer.Line($"/// <remarks>{string.Join(" ", said).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;")}</remarks>");
        }
    }

    /// <summary>The statements that do what an edge asks for.</summary>
    /// <param name="actions">What is asked for.</param>
    /// <param name="at">The expression for the current place, as an offset from the first octet.</param>
    internal string[] Statements(IReadOnlyList<ParserAction> actions, string at) => actions.Select(a => a.Kind switch
    {
        ActionKind.SetAlternative => $"_alternative = Alternative.{Alternatives[a.Index]};",
        ActionKind.Open when Automaton.NestedCaptures[a.Index] => $"Begin({Expression(a.Place, at)});",
        ActionKind.Close when Automaton.NestedCaptures[a.Index] => $"Add({a.Index}, _nestedStarts[--_nestedStartCount], {Expression(a.Place, at)});",
        ActionKind.Push => $"Call({a.Index});",
        ActionKind.Open => $"_start{Captures[a.Index]} = {Expression(a.Place, at)};",
        ActionKind.Close when HasCalls => $"Add({a.Index}, _start{Captures[a.Index]}, {Expression(a.Place, at)}); _start{Captures[a.Index]} = -1;",
        ActionKind.Close => $"Add({a.Index}, _start{Captures[a.Index]}, {Expression(a.Place, at)});",
        _ => $"_register{a.Index} = {Expression(a.Place, at)};",
    }).ToArray();

    private static string Expression(Place place, string at) =>
        place.IsRegister ? $"_register{place.Value}" : place.Value == 0 ? at : $"{at} - {place.Value}";
}
