using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// The values that arrays begin with are fields of a type of the compiler's, which nobody reads but by their tokens. As static fields
/// each takes a place of memory and most an object besides, for as long as the board runs. As fields of an object that is never made
/// they take none. .NET loads no such type, so this is for what the interpreter alone runs.
/// </summary>
internal static class StaticData
{
    public static void Run(ModuleDefinition module)
    {
        foreach (var field in Members.Fields(module).Where(field => field.IsStatic && field.RVA != 0 && field.InitialValue.Length > 0))
        {
            field.IsStatic = false;
        }
    }
}
