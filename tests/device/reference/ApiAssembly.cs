using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace SmtpEmbedded.Device.Tests.Reference;

/// <summary>One file of <c>api/</c>: what a device program may name of one assembly.</summary>
internal sealed record ApiAssembly(
    [property: JsonPropertyName("assembly")] string Name,
    string Version,
    IReadOnlyList<string> References,
    IReadOnlyList<ApiType> Types);

/// <summary>One type of an <see cref="ApiAssembly"/>.</summary>
/// <param name="Namespace">Empty for a nested type.</param>
/// <param name="DeclaringType">The full name of the type it is nested in, or null.</param>
/// <param name="Name">The simple name.</param>
/// <param name="Kind">class, struct, interface, enum or delegate.</param>
/// <param name="Modifiers">C# modifiers, in order.</param>
/// <param name="Base">The base class; of an enum the underlying type; null for none named.</param>
/// <param name="Flags">Whether an enum is a set of flags.</param>
/// <param name="Interfaces">The interfaces it declares.</param>
/// <param name="Members">C# declarations; of an enum <c>Name = value</c>; of a delegate its signature.</param>
internal sealed record ApiType(
    string Namespace,
    string? DeclaringType,
    string Name,
    string Kind,
    string Modifiers,
    string? Base,
    bool Flags,
    IReadOnlyList<string> Interfaces,
    IReadOnlyList<string> Members)
{
    /// <summary>The name as other types of the data write it, without <c>global::</c>.</summary>
    [JsonIgnore]
    public string FullName => DeclaringType is not null ? DeclaringType + "." + Name : Namespace + "." + Name;
}
