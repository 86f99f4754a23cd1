using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>Judges whole inputs by a rule. One input at a time; not for several threads at once.</summary>
public interface IMatcher
{
    /// <summary>The captures of the last match, in the order in which they end.</summary>
    IReadOnlyList<Capture> Captures { get; }

    /// <summary>The name of the alternative of the last match, or empty.</summary>
    string Alternative { get; }

    /// <summary>After a failure the offset of the octet that was not acceptable, or the input's length where it ended too early.</summary>
    int FailedAt { get; }

    /// <summary>After a failure the innermost rule that every reading was in.</summary>
    string FailedRule { get; }

    /// <summary>After a failure what would have been accepted there.</summary>
    IReadOnlyList<string> Expected { get; }

    /// <summary>Whether the whole input is a sentence.</summary>
    bool Match(byte[] input);
}
