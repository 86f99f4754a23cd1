using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses types of one kind wherever they are named.</summary>
/// <param name="trait">The kind.</param>
/// <param name="reason">Why it cannot be.</param>
internal sealed class TypeTraitRule(TypeTraits trait, string reason) : IDeviceRule
{
    /// <summary>Generics compile without a word and stop the device when the assembly is loaded.</summary>
    public static TypeTraitRule Generics { get; } = new(TypeTraits.Generic, "is generic, and the runtime has no generics");

    /// <summary>Arrays like <c>int[,]</c>.</summary>
    public static TypeTraitRule MultiDimensionalArrays { get; } =
        new(TypeTraits.MultiDimensional, "is an array of several dimensions, and the runtime has none; use an array of arrays or one flat array");

    /// <summary>Pointers and <c>fixed</c>.</summary>
    public static TypeTraitRule Pointers { get; } = new(TypeTraits.Pointer, "is a pointer, which the device's build refuses");

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        TypeUses.Of(image).Where(use => use.Shape.Traits.HasFlag(trait)).Select(use => new Finding(use.Member, $"{use.Shape.Text} {reason}.")).Distinct();
}
