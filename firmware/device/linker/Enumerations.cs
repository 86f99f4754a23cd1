using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>An enumeration nobody outside can name becomes the number it stands for, and its type goes.</summary>
internal static class Enumerations
{
    public static void Replace(ModuleDefinition module, Api api)
    {
        var needed = new HashSet<TypeDefinition>();
        var replacement = new TypeReplacement(type => type is TypeDefinition { IsEnum: true } enumeration && enumeration.Module == module && !api.Has(enumeration) && !needed.Contains(enumeration)
            ? enumeration.Fields.First(field => field.Name == "value__").FieldType
            : type);
        needed.UnionWith(replacement.NeededIn(module));
        replacement.Run(module);

        // An array of them takes elements of another code; the runtime goes by the code.
        foreach (var instruction in Members.Instructions(module))
        {
            if (instruction.OpCode.Code == Code.Ldelem_Any && instruction.Operand is TypeReference { MetadataType: MetadataType.Int32 })
            {
                instruction.OpCode = OpCodes.Ldelem_I4;
                instruction.Operand = null;
            }
            else if (instruction.OpCode.Code == Code.Stelem_Any && instruction.Operand is TypeReference { MetadataType: MetadataType.Int32 })
            {
                instruction.OpCode = OpCodes.Stelem_I4;
                instruction.Operand = null;
            }
        }
    }
}
