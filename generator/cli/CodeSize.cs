using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SmtpEmbedded.Abnf.Cli;

/// <summary>How large a generated parser is once it is compiled: measured, not estimated.</summary>
/// <param name="IlBytes">The octets of all its methods' bodies.</param>
/// <param name="LargestMethod">The octets of the largest.</param>
/// <param name="TableBytes">The octets of its constant data: for nanoFramework what it takes in memory once it is loaded.</param>
internal sealed record CodeSize(int IlBytes, int LargestMethod, int TableBytes)
{
    /// <summary>Compiles a parser in memory and measures it.</summary>
    internal static CodeSize Of(string source)
    {
        // The instructions are the same whatever it is compiled against.
        ImmutableArray<MetadataReference> references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll")
            .Select(path => MetadataReference.CreateFromFile(path))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Parser",
            [CSharpSyntaxTree.ParseText(source)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            throw new InvalidOperationException("The parser does not compile: " + string.Join("; ", result.Diagnostics));
        }

        image.Position = 0;
        using var file = new PEReader(image);
        MetadataReader metadata = file.GetMetadataReader();
        int[] methods = [.. metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0)
            .Select(m => file.GetMethodBody(m.RelativeVirtualAddress).GetILBytes()!.Length)];
        int tables = metadata.FieldDefinitions.Select(metadata.GetFieldDefinition).Where(f => f.GetRelativeVirtualAddress() != 0).Sum(f => SizeOf(metadata, f));
        return new CodeSize(methods.Sum(), methods.Max(), tables);
    }

    /// <summary>The compiler gives each piece of constant data a type of its size, or a number's type where it has that size.</summary>
    private static int SizeOf(MetadataReader metadata, FieldDefinition field)
    {
        BlobReader signature = metadata.GetBlobReader(field.Signature);
        signature.ReadSignatureHeader();
        switch (signature.ReadSignatureTypeCode())
        {
            case SignatureTypeCode.Byte or SignatureTypeCode.SByte or SignatureTypeCode.Boolean:
                return 1;
            case SignatureTypeCode.Int16 or SignatureTypeCode.UInt16 or SignatureTypeCode.Char:
                return 2;
            case SignatureTypeCode.Int32 or SignatureTypeCode.UInt32 or SignatureTypeCode.Single:
                return 4;
            case SignatureTypeCode.Int64 or SignatureTypeCode.UInt64 or SignatureTypeCode.Double:
                return 8;
            default:
                var type = (TypeDefinitionHandle)signature.ReadTypeHandle();
                return metadata.GetTypeDefinition(type).GetLayout().Size;
        }
    }
}
