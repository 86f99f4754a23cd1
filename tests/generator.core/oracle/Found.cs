using System;

namespace SmtpEmbedded.Abnf.Core.Tests.Oracle;

/// <summary>One occurrence of a captured rule: its name in lower case, where it begins, and where it ends, exclusive.</summary>
internal readonly record struct Found(string Rule, int Start, int End) : IComparable<Found>
{
    /// <summary>By start, then end, then rule.</summary>
    public int CompareTo(Found other)
    {
        int order = Start.CompareTo(other.Start);
        order = order != 0 ? order : End.CompareTo(other.End);
        return order != 0 ? order : string.CompareOrdinal(Rule, other.Rule);
    }

    public override string ToString() => $"{Rule}[{Start}..{End}]";
}
