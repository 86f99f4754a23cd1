using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace SmtpEmbedded.Device.Tests.Reference;

/// <summary>All assemblies of <c>api/</c>, each after those it references.</summary>
internal static class ApiCatalogue
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Reads the data of a folder and puts it in the order in which it can be compiled.</summary>
    public static IReadOnlyList<ApiAssembly> Load(string folder)
    {
        var assemblies = Directory.GetFiles(folder, "*.json")
            .Select(file => JsonSerializer.Deserialize<ApiAssembly>(File.ReadAllText(file), Options)
                ?? throw new InvalidDataException(file + " holds no assembly."))
            .ToDictionary(assembly => assembly.Name);

        var ordered = new List<ApiAssembly>();
        var entered = new HashSet<string>();
        foreach (var name in assemblies.Keys.Order(System.StringComparer.Ordinal))
        {
            Visit(name);
        }

        return ordered;

        void Visit(string name)
        {
            if (!entered.Add(name))
            {
                return;
            }

            var assembly = assemblies[name];
            foreach (var reference in assembly.References)
            {
                Visit(reference);
            }

            ordered.Add(assembly);
        }
    }
}
