using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>The part of a parser that reads octets: what the targets differ in.</summary>
internal abstract class ParserBody
{
    /// <summary>What the head of the file says about it.</summary>
    internal abstract string Remark { get; }

    /// <summary>The namespaces that its code names types of.</summary>
    internal abstract IEnumerable<string> Namespaces { get; }

    /// <summary>The number that the field _state holds in a state of the automaton; returning states have the highest numbers.</summary>
    internal abstract int NumberOf(int state);

    /// <summary>Writes the static data.</summary>
    internal abstract void WriteTables();

    /// <summary>Writes Feed and what it calls.</summary>
    internal abstract void WriteFeed();

    /// <summary>Writes a body of Accept that goes by its own tables, if it has one; otherwise a switch over states is written.</summary>
    /// <returns>Whether it did.</returns>
    internal virtual bool TryWriteAccept() => false;
}
