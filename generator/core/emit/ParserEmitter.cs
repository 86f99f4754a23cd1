namespace SmtpEmbedded.Abnf;

/// <summary>Writes an automaton as a C# class that depends on nothing, for the target that is asked for.</summary>
public static class ParserEmitter
{
    /// <summary>The class's source text, the same for the same automaton and request.</summary>
    public static string Emit(Automaton automaton, ParserRequest request)
    {
        var draft = new ParserDraft(automaton, request);
        ParserBody body = request.Target == ParserTarget.Net ? new DirectCodeBody(draft)
            : DeviceBodyOf(draft);
        new ParserShell(draft, body).WriteFile();
        return draft.Writer.ToString();
    }

    /// <summary>How many octets of memory the tables of a parser for nanoFramework take.</summary>
    public static int TableSize(Automaton automaton) =>
        DeviceBodyOf(new ParserDraft(automaton, new ParserRequest("", "Parser"))).DataSize;

    private static DeviceBody DeviceBodyOf(ParserDraft draft) =>
        !draft.Request.PrefersSize && CodeBody.TryCreate(draft) is { } code ? code : new TableBody(draft);
}
