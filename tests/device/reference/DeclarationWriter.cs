using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Device.Tests.Reference;

/// <summary>Writes an <see cref="ApiAssembly"/> as C# declarations.</summary>
internal static class DeclarationWriter
{
    /// <summary>
    /// The structs whose content the compiler knows by itself. Any other struct that lists no field gets a private one: the real
    /// ones are not empty, and a variable of an empty struct would count as assigned before it is.
    /// </summary>
    private static readonly HashSet<string> KnownToTheCompiler =
    [
        "Boolean", "Byte", "SByte", "Char", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "IntPtr", "UIntPtr", "Single", "Double", "Void",
        "TypedReference", "RuntimeArgumentHandle",
    ];

    /// <summary>The source of one assembly, its identity included.</summary>
    public static string Write(ApiAssembly assembly)
    {
        var nested = assembly.Types.Where(type => type.DeclaringType is not null).ToLookup(type => type.DeclaringType!);
        var text = new StringBuilder();
        text.AppendLine($"[assembly: global::System.Reflection.AssemblyVersion(\"{assembly.Version}\")]");
        foreach (var type in assembly.Types.Where(type => type.DeclaringType is null))
        {
            text.AppendLine($"namespace {type.Namespace}").AppendLine("{");
            Write(text, type, nested, 1);
            text.AppendLine("}");
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, ApiType type, ILookup<string, ApiType> nested, int depth)
    {
        var indent = new string(' ', depth * 4);
        if (type.Kind == "delegate")
        {
            text.AppendLine($"{indent}{type.Modifiers} delegate {type.Members[0]};");
            return;
        }

        if (type.Flags)
        {
            text.AppendLine($"{indent}[global::System.Flags]");
        }

        var bases = type.Interfaces.AsEnumerable();
        if (type.Base is not null)
        {
            bases = bases.Prepend(type.Base);
        }

        var list = string.Join(", ", bases);
        text.AppendLine($"{indent}{type.Modifiers} {type.Kind} {type.Name}{(list.Length == 0 ? "" : " : " + list)}").AppendLine($"{indent}{{");
        foreach (var member in type.Members)
        {
            text.AppendLine($"{indent}    {member}{(type.Kind == "enum" ? "," : "")}");
        }

        if (type.Kind == "struct" && !(type.Namespace == "System" && KnownToTheCompiler.Contains(type.Name)))
        {
            text.AppendLine($"{indent}    private int @__content;");
        }

        foreach (var inner in nested[type.FullName])
        {
            Write(text, inner, nested, depth + 1);
        }

        text.AppendLine($"{indent}}}");
    }
}
