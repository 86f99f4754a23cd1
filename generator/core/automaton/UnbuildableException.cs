using System;

namespace SmtpEmbedded.Abnf;

/// <summary>Ends the construction of an automaton from deep inside it; never leaves the automaton folder.</summary>
internal sealed class UnbuildableException : Exception
{
    internal UnbuildableException(Diagnostic? diagnostic) => Diagnostic = diagnostic;

    /// <summary>Why, or null when it grew too large.</summary>
    internal Diagnostic? Diagnostic { get; }
}
