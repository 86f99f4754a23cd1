using System.Collections.Generic;
using System.Linq;
using SmtpEmbedded.Device.Tests.Il.Rules;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>Every rule that holds for any assembly on the device.</summary>
internal static class DeviceRules
{
    private static readonly IReadOnlyList<IDeviceRule> All =
    [
        TypeTraitRule.Generics,
        TypeTraitRule.MultiDimensionalArrays,
        TypeTraitRule.Pointers,
        new UnsupportedInstructionRule(),
        new CheckedArithmeticRule(),
        new SwitchSizeRule(),
        new StaticArraySizeRule(),
        new InterfaceBodyRule(),
        new MethodSizeRule(),
        new TypeSizeRule(),
        new MutableStructRule(),
        new EnumTextRule(),
        new StaticInitialiserRule(),
    ];

    /// <summary>What a linked assembly holds beyond what the device can take; only then is its size what the device gets.</summary>
    public static IReadOnlyList<Finding> CheckLinked(AssemblyImage image) => [.. Check(image), .. new AssemblySizeRule().Check(image)];

    /// <summary>What the assembly holds that the device cannot run; empty when it can run all.</summary>
    public static IReadOnlyList<Finding> Check(AssemblyImage image) => [.. All.SelectMany(rule => rule.Check(image))];
}
