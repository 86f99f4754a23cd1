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
        MostAtOnce = automaton.Edges.Select(edge => edge.Actions).Concat(automaton.States.Select(state => state.FinalActions))
            .Select(actions => actions.Count(action => action.Kind == ActionKind.Close)).Append(1).Max();
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

    /// <summary>Whether the input may end where more could follow, so that it takes a look at the state to know.</summary>
    internal bool HasAccept => Request.Target == ParserTarget.Net || Automaton.States.Where((s, i) => s.IsAccepting && (i == 0 || !s.IsFinal)).Any();

    /// <summary>The expression for what comes of an input that ends in the current state.</summary>
    internal string OutcomeOfEnding => HasAccept ? "Accept() ? Outcome.Matched : Outcome.Failed" : "Outcome.Failed";

    /// <summary>
    /// Where a captured rule's beginning is noted: a field on .NET; on a device, where a field takes more than twice the memory of an
    /// array's element, the number in its place among the first of the array of captures.
    /// </summary>
    internal string StartOf(int capture) => Request.Target == ParserTarget.Net
        ? $"_start{Captures[capture]}"
        : $"_captures[{capture}]";

    /// <summary>The place of the first capture in the array of captures, which on a device is behind the beginnings.</summary>
    internal int FirstCapture => KeepsEnd ? Captures.Count : 0;

    /// <summary>On a device the parser keeps the place where the captures end instead of their number: that is what it needs most.</summary>
    internal bool KeepsEnd => Request.Target != ParserTarget.Net;

    /// <summary>How many captures there is room for: one octet may end several, and all of them are noted before reading stops for a full list.</summary>
    internal int Room => Request.MaximumCaptures + MostAtOnce - 1;

    /// <summary>The condition that the list of captures is not full.</summary>
    internal string HasRoom => KeepsEnd
        ? $"_captureEnd {(MostAtOnce == 1 ? "!=" : "<")} {FirstCapture + (3 * Request.MaximumCaptures)}"
        : $"_captureCount < {Request.MaximumCaptures}";

    /// <summary>How many captures one octet can end, or the end of the input; what nested rules end with it is not among them.</summary>
    private int MostAtOnce { get; }

    /// <summary>The statement that forgets all captures.</summary>
    internal string Clear => KeepsEnd ? $"_captureEnd = {FirstCapture};" : "_captureCount = 0;";

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
        ActionKind.Open => $"{StartOf(a.Index)} = {Expression(a.Place, at)};",
        ActionKind.Close when HasCalls => $"Add({a.Index}, {StartOf(a.Index)}, {Expression(a.Place, at)}); {StartOf(a.Index)} = -1;",
        ActionKind.Close => $"Add({a.Index}, {StartOf(a.Index)}, {Expression(a.Place, at)});",
        _ => $"_register{a.Index} = {Expression(a.Place, at)};",
    }).ToArray();

    internal static string Expression(Place place, string at) =>
        place.IsRegister ? $"_register{place.Value}" : place.Value == 0 ? at : $"{at} - {place.Value}";
}
