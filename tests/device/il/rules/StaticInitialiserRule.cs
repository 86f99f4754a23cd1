using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>
/// Refuses a static initialiser that touches a static field of another of our types, itself or through what it calls. The device
/// runs all initialisers before Main, types in alphabetical order, and not when a type is first used: the other type's field may
/// still be empty. Constants are no fields here, for the compiler writes their value into the code. Calls are followed to the method they name, not to
/// its overrides.
/// </summary>
internal sealed class StaticInitialiserRule : IDeviceRule
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) =>
        from method in image.Methods
        let definition = image.Metadata.GetMethodDefinition(method.Handle)
        where definition.Attributes.HasFlag(MethodAttributes.Static) && image.Metadata.GetString(definition.Name) == ".cctor"
        from finding in Check(image, method)
        select finding;

    private static IEnumerable<Finding> Check(AssemblyImage image, MethodCode initialiser)
    {
        var seen = new HashSet<MethodDefinitionHandle> { initialiser.Handle };
        var reported = new HashSet<FieldDefinitionHandle>();
        var waiting = new Queue<Step>([new Step(initialiser, image.Place(initialiser))]);
        while (waiting.TryDequeue(out var step))
        {
            foreach (var instruction in step.Method.Instructions.Where(instruction => instruction.HasEntity))
            {
                if (ForeignField(image, instruction, initialiser.DeclaringType) is { } field && reported.Add(field))
                {
                    var way = step.Method == initialiser ? image.Place(initialiser, instruction) : step.Way;
                    yield return new Finding(way, $"leans on {image.NameOf(field)}, which may not be initialised yet: the device runs initialisers in alphabetical order.");
                }

                if (Called(image, instruction) is { } called && seen.Add(called.Handle))
                {
                    waiting.Enqueue(new Step(called, step.Way + " -> " + called.Name));
                }
            }
        }
    }

    /// <summary>The static field of another type an instruction touches.</summary>
    private static FieldDefinitionHandle? ForeignField(AssemblyImage image, Instruction instruction, TypeDefinitionHandle own)
    {
        if (instruction.Code != OpCodes.Ldsfld && instruction.Code != OpCodes.Ldsflda && instruction.Code != OpCodes.Stsfld)
        {
            return null;
        }

        return instruction.Entity.Kind == HandleKind.FieldDefinition
            && (FieldDefinitionHandle)instruction.Entity is var field
            && image.Metadata.GetFieldDefinition(field).GetDeclaringType() != own
            ? field
            : null;
    }

    /// <summary>The method of ours an instruction calls, makes an object with, or makes a delegate of.</summary>
    private static MethodCode? Called(AssemblyImage image, Instruction instruction) =>
        instruction.Code.OperandType == OperandType.InlineMethod && instruction.Entity.Kind == HandleKind.MethodDefinition
            ? image.Find((MethodDefinitionHandle)instruction.Entity)
            : null;

    private sealed record Step(MethodCode Method, string Way);
}
