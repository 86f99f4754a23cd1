using System;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>A small table of what an assembly costs on the device.</summary>
internal static class CostReport
{
    /// <summary>Writes the table.</summary>
    public static string Of(string name, AssemblyImage image)
    {
        var tables = DeviceTables.Of(image);
        var arrays = StaticArray.AllOf(image);
        var switches = from method in image.Methods
                       from instruction in method.Instructions
                       where instruction.Targets.Count > 1
                       orderby instruction.Targets.Count descending
                       select (instruction.Targets.Count, Place: image.Place(method, instruction));

        var text = new StringBuilder();
        text.AppendLine($"{name} on the device (bytes)");
        Row("file, about", tables.FileSize, "");
        Row("static RAM", StaticRam.Of(image), "");
        Row("types", image.Metadata.TypeDefinitions.Count, AddedByTheCompiler(image));
        Row("methods", image.Methods.Count, "");
        Row("code", tables.Code, $"of {Rules.AssemblySizeRule.Limit}");
        Row("strings, at most", tables.Strings, $"of {Rules.AssemblySizeRule.Limit}");
        Row("signatures, about", tables.Signatures, $"of {Rules.AssemblySizeRule.Limit}, array data included");
        Row("array data", arrays.Sum(array => array.Size), $"in {arrays.Count} arrays");
        foreach (var method in image.Methods.OrderByDescending(method => method.DeviceSize).Take(5))
        {
            Row("big method", method.DeviceSize, image.Place(method));
        }

        foreach (var (count, place) in switches.Take(3))
        {
            Row("big switch (cases)", count, place);
        }

        foreach (var array in arrays.OrderByDescending(array => array.Size).Take(3))
        {
            Row("big array", array.Size, array.Users[0]);
        }

        return text.ToString();

        void Row(string what, int number, string remark) => text.AppendLine($"  {what,-20}{number,8}  {remark}".TrimEnd());
    }

    /// <summary>The attribute classes the compiler puts into an assembly that lacks them: flash spent on nothing the device reads.</summary>
    private static string AddedByTheCompiler(AssemblyImage image)
    {
        var names = image.Metadata.TypeDefinitions.Select(image.NameOf)
            .Where(name => name.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)
                || name.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal));
        var list = string.Join(", ", names);
        return list.Length == 0 ? "" : "the compiler added " + list;
    }
}
