using System.Collections.Generic;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>A program and its libraries in one module.</summary>
/// <param name="Module">The module, which may hold more code than the format allows.</param>
/// <param name="Origins">The assembly each type came from.</param>
internal sealed record Whole(ModuleDefinition Module, IReadOnlyDictionary<TypeDefinition, AssemblyNameDefinition> Origins);
