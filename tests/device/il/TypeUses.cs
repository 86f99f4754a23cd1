using System.Collections.Generic;
using System.Linq;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>Every place of an assembly where a type is named, with the member it is in.</summary>
internal static class TypeUses
{
    /// <summary>One use of a type.</summary>
    internal sealed record Use(string Member, TypeShape Shape);

    /// <summary>All uses: bases, interfaces, fields, signatures, locals and instructions.</summary>
    public static IEnumerable<Use> Of(AssemblyImage image)
    {
        var shapes = new TypeShapeProvider(image);
        return image.Metadata.TypeDefinitions.SelectMany(handle => OfType(image, shapes, handle))
            .Concat(image.Methods.SelectMany(method => OfCode(image, shapes, method)));
    }

    private static IEnumerable<Use> OfType(AssemblyImage image, TypeShapeProvider shapes, TypeDefinitionHandle handle)
    {
        var type = image.Metadata.GetTypeDefinition(handle);
        var name = image.NameOf(handle);
        yield return new Use(name, shapes.Of(handle));
        if (!type.BaseType.IsNil)
        {
            yield return new Use(name, shapes.Of(type.BaseType));
        }

        foreach (var implementation in type.GetInterfaceImplementations())
        {
            yield return new Use(name, shapes.Of(image.Metadata.GetInterfaceImplementation(implementation).Interface));
        }

        foreach (var field in type.GetFields())
        {
            yield return new Use(image.NameOf(field), image.Metadata.GetFieldDefinition(field).DecodeSignature(shapes, null));
        }

        foreach (var methodHandle in type.GetMethods())
        {
            var method = image.Metadata.GetMethodDefinition(methodHandle);
            var methodName = image.NameOf(methodHandle);
            if (method.GetGenericParameters().Count > 0)
            {
                yield return new Use(methodName, new TypeShape(methodName + "<>", TypeTraits.Generic));
            }

            foreach (var shape in OfSignature(method.DecodeSignature(shapes, null)))
            {
                yield return new Use(methodName, shape);
            }
        }
    }

    private static IEnumerable<Use> OfCode(AssemblyImage image, TypeShapeProvider shapes, MethodCode method)
    {
        if (!method.Body.LocalSignature.IsNil)
        {
            var locals = image.Metadata.GetStandaloneSignature(method.Body.LocalSignature).DecodeLocalSignature(shapes, null);
            foreach (var local in locals)
            {
                yield return new Use(image.Place(method), local);
            }
        }

        foreach (var instruction in method.Instructions.Where(instruction => instruction.HasEntity))
        {
            foreach (var shape in OfEntity(image, shapes, instruction.Entity))
            {
                yield return new Use(image.Place(method, instruction), shape);
            }
        }
    }

    private static IEnumerable<TypeShape> OfEntity(AssemblyImage image, TypeShapeProvider shapes, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
            case HandleKind.TypeDefinition:
            case HandleKind.TypeSpecification:
                return [shapes.Of(handle)];
            case HandleKind.MethodSpecification:
                var method = image.Metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                var arguments = method.DecodeSignature(shapes, null).Select(argument => argument.Text);
                return [new TypeShape("a generic method with <" + string.Join(", ", arguments) + ">", TypeTraits.Generic), .. OfEntity(image, shapes, method.Method)];
            case HandleKind.MemberReference:
                return OfMember(image, shapes, image.Metadata.GetMemberReference((MemberReferenceHandle)handle));
            default: // our own fields and methods are looked at where they are defined
                return [];
        }
    }

    private static IEnumerable<TypeShape> OfMember(AssemblyImage image, TypeShapeProvider shapes, MemberReference member)
    {
        if (member.Parent.Kind is HandleKind.TypeReference or HandleKind.TypeDefinition or HandleKind.TypeSpecification)
        {
            yield return shapes.Of(member.Parent);
        }

        var signature = member.GetKind() == MemberReferenceKind.Field
            ? [member.DecodeFieldSignature(shapes, null)]
            : OfSignature(member.DecodeMethodSignature(shapes, null));
        foreach (var shape in signature)
        {
            yield return shape;
        }
    }

    private static IEnumerable<TypeShape> OfSignature(MethodSignature<TypeShape> signature) => signature.ParameterTypes.Prepend(signature.ReturnType);
}
