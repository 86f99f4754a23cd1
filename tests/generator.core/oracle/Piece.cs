using System;
using System.Collections.Generic;
using System.Text;

namespace SmtpEmbedded.Abnf.Core.Tests.Oracle;

/// <summary>A piece of a grammar, as the oracle sees it. Nothing here is shared with the compiler.</summary>
internal abstract class Piece
{
}

/// <summary>Octets one after the other, each out of a set of its own; none at all for the empty string.</summary>
internal sealed class OctetsPiece(IReadOnlyList<bool[]> sets) : Piece
{
    public IReadOnlyList<bool[]> Sets { get; } = sets;
}

/// <summary>One character of a range, in UTF-8.</summary>
internal sealed class CharacterPiece(int first, int last) : Piece
{
    public int First { get; } = first;

    public int Last { get; } = last;

    /// <summary>All beginnings of all the characters' forms, whole forms included; each with its length in front.</summary>
    private readonly Lazy<HashSet<ulong>> _beginnings = new(() =>
    {
        var beginnings = new HashSet<ulong>();
        Span<byte> form = stackalloc byte[4];
        for (int value = first; value <= last; value++)
        {
            int length = Rune.IsValid(value) ? new Rune(value).EncodeToUtf8(form) : 0;
            for (int i = 1; i <= length; i++)
            {
                beginnings.Add(KeyOf(form[..i]));
            }
        }

        return beginnings;
    });

    /// <summary>Whether some character of the range begins with these octets, in UTF-8.</summary>
    public bool CanBeginWith(ReadOnlySpan<byte> octets) => _beginnings.Value.Contains(KeyOf(octets));

    private static ulong KeyOf(ReadOnlySpan<byte> octets)
    {
        ulong key = (ulong)octets.Length;
        foreach (byte octet in octets)
        {
            key = (key << 8) | octet;
        }

        return key;
    }
}

/// <summary>All parts, one after the other.</summary>
internal sealed class SequencePiece(IReadOnlyList<Piece> parts) : Piece
{
    public IReadOnlyList<Piece> Parts { get; } = parts;
}

/// <summary>One of several ways, the earlier preferred.</summary>
internal sealed class ChoicePiece(IReadOnlyList<Piece> ways) : Piece
{
    public IReadOnlyList<Piece> Ways { get; } = ways;
}

/// <summary>The same again and again, more preferred to fewer.</summary>
internal sealed class RepeatPiece(int minimum, int maximum, Piece body) : Piece
{
    public const int Unbounded = int.MaxValue;

    public int Minimum { get; } = minimum;

    public int Maximum { get; } = maximum;

    public Piece Body { get; } = body;
}

/// <summary>A rule in the place of its name.</summary>
internal sealed class RulePiece(OracleRule rule) : Piece
{
    public OracleRule Rule { get; } = rule;
}

/// <summary>A rule: its name in lower case and its alternatives, which are joined after all files are read.</summary>
internal sealed class OracleRule(string name)
{
    public string Name { get; } = name;

    public List<Piece> Alternatives { get; } = [];

    /// <summary>The alternatives as one piece.</summary>
    public Piece Body { get; set; } = new SequencePiece([]);
}
