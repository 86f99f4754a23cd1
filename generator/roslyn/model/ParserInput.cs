namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>A parser that is asked for, with exactly the files it is made from: an edit of another file leaves it as it was.</summary>
internal sealed record ParserInput(ParserModel Model, EquatableArray<GrammarText> Files);

/// <summary>What became of a <see cref="ParserInput"/>: the source, empty where there were errors, and the complaints.</summary>
internal sealed record ParserOutput(string HintName, string Source, EquatableArray<Complaint> Complaints);

/// <summary>A diagnostic that compares by value: its id, its sentence and its place.</summary>
internal sealed record Complaint(string Id, string Message, AttributePlace Place);
