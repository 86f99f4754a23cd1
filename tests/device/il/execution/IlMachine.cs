using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace SmtpEmbedded.Device.Tests.Il.Execution;

/// <summary>
/// Runs the code of an assembly instruction by instruction and counts them, as the device's interpreter would: time there goes
/// by instructions, and their number is the same on every run. It knows what generated parsers are made of, and says which
/// instruction it does not know. What the firmware does in native code, such as filling an array, is the one instruction that calls it.
/// </summary>
internal sealed class IlMachine(AssemblyImage image)
{
    private readonly Dictionary<FieldDefinitionHandle, object?> _statics = [];
    private readonly HashSet<TypeDefinitionHandle> _initialised = [];
    private readonly Dictionary<MethodCode, Dictionary<int, int>> _indices = [];

    /// <summary>How many instructions were executed since the count was set. Static constructors do not count: they run before a program does.</summary>
    public long Executed { get; set; }

    /// <summary>Calls a static method by its full name.</summary>
    public object? Call(string name, params object?[] arguments) =>
        Run(image.Methods.Single(method => method.Name == name), arguments);

    private object? Run(MethodCode method, object?[] arguments)
    {
        Initialise(method.DeclaringType);
        return new IlFrame(this, image, method, IndicesOf(method), arguments).Run();
    }

    /// <summary>Told of each instruction, to find out where they go.</summary>
    public Action<MethodCode, Instruction>? Watch { get; set; }

    internal object? Call(EntityHandle callee, Stack<object?> stack)
    {
        var metadata = image.Metadata;
        if (callee.Kind == HandleKind.MethodDefinition)
        {
            var handle = (MethodDefinitionHandle)callee;
            var definition = metadata.GetMethodDefinition(handle);
            var signature = definition.DecodeSignature(new TypeShapeProvider(image), null);
            var arguments = Pop(stack, signature.ParameterTypes.Length + (signature.Header.IsInstance ? 1 : 0));
            return Run(image.Find(handle) ?? throw new NotSupportedException("no body: " + image.NameOf(handle)), arguments);
        }

        var member = metadata.GetMemberReference((MemberReferenceHandle)callee);
        var external = member.DecodeMethodSignature(new TypeShapeProvider(image), null);
        var given = Pop(stack, external.ParameterTypes.Length + (external.Header.IsInstance ? 1 : 0));
        switch (metadata.GetString(member.Name))
        {
            case ".ctor":
                return null;
            case "InitializeArray":
                Fill((Array)given[0]!, (FieldDefinitionHandle)given[1]!);
                return null;
            default:
                throw new NotSupportedException("a call of " + metadata.GetString(member.Name));
        }
    }

    internal object? Load(FieldDefinitionHandle field)
    {
        Initialise(image.Metadata.GetFieldDefinition(field).GetDeclaringType());
        return _statics.TryGetValue(field, out var value) ? value : DefaultOf(field);
    }

    internal void Store(FieldDefinitionHandle field, object? value) => _statics[field] = value;

    /// <summary>What a field holds before it is set.</summary>
    internal object? DefaultOf(FieldDefinitionHandle field)
    {
        var signature = image.Metadata.GetBlobReader(image.Metadata.GetFieldDefinition(field).Signature);
        signature.ReadByte();
        return (SignatureTypeCode)signature.ReadByte() switch
        {
            SignatureTypeCode.SZArray or SignatureTypeCode.String or SignatureTypeCode.Object or (SignatureTypeCode)0x12 => null,
            _ => 0,
        };
    }

    internal static object?[] Pop(Stack<object?> stack, int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = stack.Pop();
        }

        return values;
    }

    private void Initialise(TypeDefinitionHandle type)
    {
        if (!_initialised.Add(type))
        {
            return;
        }

        var executed = Executed;
        foreach (var method in image.Methods.Where(method => method.DeclaringType == type && method.Name.EndsWith("..cctor", StringComparison.Ordinal)))
        {
            new IlFrame(this, image, method, IndicesOf(method), []).Run();
        }

        Executed = executed;
    }

    private void Fill(Array array, FieldDefinitionHandle field)
    {
        var definition = image.Metadata.GetFieldDefinition(field);
        var size = definition.DecodeSignature(new TypeShapeProvider(image), null).Size;
        Buffer.BlockCopy(image.DataAt(definition.GetRelativeVirtualAddress(), size), 0, array, 0, size);
    }

    private Dictionary<int, int> IndicesOf(MethodCode method)
    {
        if (!_indices.TryGetValue(method, out var indices))
        {
            indices = method.Instructions.Select((instruction, index) => (instruction.Offset, index)).ToDictionary(pair => pair.Offset, pair => pair.index);
            _indices.Add(method, indices);
        }

        return indices;
    }
}
