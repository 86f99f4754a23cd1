namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>A grammar file as the pipeline carries it: equal when path and text are.</summary>
internal sealed record GrammarText(string Path, string Text)
{
    internal string Name => Path.Substring(Path.LastIndexOfAny(new[] { '/', '\\' }) + 1);
}
