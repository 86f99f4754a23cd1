using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>How a state is to be written as code.</summary>
internal sealed class DirectState
{
    internal DirectState(int index, AutomatonState state, IReadOnlyList<DirectTest> tests, int skip)
    {
        Index = index;
        State = state;
        Tests = tests;
        Skip = skip;
    }

    /// <summary>Its index in the automaton.</summary>
    internal int Index { get; }

    /// <summary>The state of the automaton.</summary>
    internal AutomatonState State { get; }

    /// <summary>Whether it takes octets; only then it is written.</summary>
    internal bool Reads => !State.IsFinal && !State.IsReturning;

    /// <summary>The tests, in the order in which they are made.</summary>
    internal IReadOnlyList<DirectTest> Tests { get; }

    /// <summary>The number of the method that skips what leads back to the state itself, or -1.</summary>
    internal int Skip { get; }

    /// <summary>The word that is read from here in one comparison; null where there is none.</summary>
    internal LiteralRun? Word { get; set; }

    /// <summary>The label of the state: states are numbered in the order in which they are written, the final ones last.</summary>
    internal int Number { get; set; }

    /// <summary>The method it is written in.</summary>
    internal int Part { get; set; }
}
