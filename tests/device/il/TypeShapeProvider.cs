using System.Collections.Immutable;
using System.Linq;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>Turns the types of signatures into <see cref="TypeShape"/>s.</summary>
internal sealed class TypeShapeProvider(AssemblyImage image) : ISignatureTypeProvider<TypeShape, object?>
{
    /// <summary>The shape of whatever names a type: a definition, a reference or a specification.</summary>
    public TypeShape Of(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeDefinition => GetTypeFromDefinition(image.Metadata, (TypeDefinitionHandle)handle, 0),
        HandleKind.TypeReference => GetTypeFromReference(image.Metadata, (TypeReferenceHandle)handle, 0),
        _ => image.Metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
    };

    public TypeShape GetArrayType(TypeShape elementType, ArrayShape shape) =>
        new(elementType.Text + "[" + new string(',', shape.Rank - 1) + "]", elementType.Traits | TypeTraits.MultiDimensional);

    public TypeShape GetByReferenceType(TypeShape elementType) => new("ref " + elementType.Text, elementType.Traits);

    public TypeShape GetFunctionPointerType(MethodSignature<TypeShape> signature) => new("delegate*", TypeTraits.Pointer);

    public TypeShape GetGenericInstantiation(TypeShape genericType, ImmutableArray<TypeShape> typeArguments) =>
        new(
            genericType.Text + "<" + string.Join(", ", typeArguments.Select(argument => argument.Text)) + ">",
            typeArguments.Aggregate(genericType.Traits | TypeTraits.Generic, (traits, argument) => traits | argument.Traits));

    public TypeShape GetGenericMethodParameter(object? genericContext, int index) => new("!!" + index, TypeTraits.Generic);

    public TypeShape GetGenericTypeParameter(object? genericContext, int index) => new("!" + index, TypeTraits.Generic);

    public TypeShape GetModifiedType(TypeShape modifier, TypeShape unmodifiedType, bool isRequired) => unmodifiedType;

    public TypeShape GetPinnedType(TypeShape elementType) => new("pinned " + elementType.Text, elementType.Traits | TypeTraits.Pointer);

    public TypeShape GetPointerType(TypeShape elementType) => new(elementType.Text + "*", elementType.Traits | TypeTraits.Pointer);

    public TypeShape GetPrimitiveType(PrimitiveTypeCode typeCode) => new(typeCode.ToString(), TypeTraits.None, SizeOf(typeCode));

    public TypeShape GetSZArrayType(TypeShape elementType) => new(elementType.Text + "[]", elementType.Traits);

    public TypeShape GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        return new(
            image.NameOf(handle), type.GetGenericParameters().Count > 0 ? TypeTraits.Generic : TypeTraits.None, type.GetLayout().Size);
    }

    public TypeShape GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var name = image.NameOf(handle);
        return new(name, name.Contains('`', System.StringComparison.Ordinal) ? TypeTraits.Generic : TypeTraits.None);
    }

    public TypeShape GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static int SizeOf(PrimitiveTypeCode code) => code switch
    {
        PrimitiveTypeCode.Boolean or PrimitiveTypeCode.Byte or PrimitiveTypeCode.SByte => 1,
        PrimitiveTypeCode.Char or PrimitiveTypeCode.Int16 or PrimitiveTypeCode.UInt16 => 2,
        PrimitiveTypeCode.Int32 or PrimitiveTypeCode.UInt32 or PrimitiveTypeCode.Single => 4,
        PrimitiveTypeCode.Int64 or PrimitiveTypeCode.UInt64 or PrimitiveTypeCode.Double => 8,
        _ => 0,
    };
}
