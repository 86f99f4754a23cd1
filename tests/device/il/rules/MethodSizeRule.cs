using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Device.Tests.Il.Rules;

/// <summary>Refuses methods past what their record in the device's file can say. The tool that writes it checks none of this.</summary>
internal sealed class MethodSizeRule : IDeviceRule
{
    private const int CountLimit = 255;
    private const int BranchLimit = 32767;

    /// <inheritdoc/>
    public IEnumerable<Finding> Check(AssemblyImage image) => image.Methods.SelectMany(method => Check(image, method));

    private static IEnumerable<Finding> Check(AssemblyImage image, MethodCode method)
    {
        var shapes = new TypeShapeProvider(image);
        var signature = image.Metadata.GetMethodDefinition(method.Handle).DecodeSignature(shapes, null);
        var arguments = signature.ParameterTypes.Length + (signature.Header.IsInstance ? 1 : 0);
        var locals = method.Body.LocalSignature.IsNil
            ? 0
            : image.Metadata.GetStandaloneSignature(method.Body.LocalSignature).DecodeLocalSignature(shapes, null).Length;
        foreach (var (count, what) in new[]
        {
            (arguments, "arguments"), (locals, "locals"), (method.Body.MaxStack, "stack places"), (method.Body.ExceptionRegions.Length, "exception handlers"),
        })
        {
            if (count > CountLimit)
            {
                yield return new Finding(image.Place(method), $"has {count} {what}; the device's file holds {CountLimit}.");
            }
        }

        if (Branches(method).DefaultIfEmpty().MaxBy(branch => branch.Distance) is ({ } from, > BranchLimit) far)
        {
            yield return new Finding(image.Place(method, from), $"has a branch over {far.Distance} bytes; the device's file holds {BranchLimit}.");
        }
    }

    /// <summary>Every branch and how far it goes in the device's file.</summary>
    private static IEnumerable<(Instruction From, int Distance)> Branches(MethodCode method)
    {
        if (method.DeviceSize <= BranchLimit)
        {
            return [];
        }

        var places = method.Instructions.ToDictionary(instruction => instruction.Offset, instruction => instruction.DeviceOffset);
        return from instruction in method.Instructions
               from target in instruction.Targets
               select (instruction, Math.Abs(places[target] - (instruction.DeviceOffset + instruction.DeviceSize)));
    }
}
