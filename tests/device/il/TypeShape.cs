using System;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>What of a type matters to the device.</summary>
/// <param name="Text">The type as people write it.</param>
/// <param name="Traits">What it is made of, at any depth.</param>
/// <param name="Size">The bytes of a value of it, where it has a fixed size; otherwise 0.</param>
internal sealed record TypeShape(string Text, TypeTraits Traits = TypeTraits.None, int Size = 0);

/// <summary>The parts of types that the device does not have.</summary>
[Flags]
internal enum TypeTraits
{
    None = 0,

    /// <summary>A generic type, one made from it, or a type parameter.</summary>
    Generic = 1,

    /// <summary>An array with more than one dimension.</summary>
    MultiDimensional = 2,

    /// <summary>A pointer, a function pointer or a pinned local.</summary>
    Pointer = 4,
}
