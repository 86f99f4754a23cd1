using System;
using System.Collections.Generic;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>
/// Reads the instructions of a method, and works out where the device's file will have them: there a token takes two bytes (but
/// four after <c>ldtoken</c>), a long branch two, and a switch one byte for the count and two a target.
/// </summary>
internal static class InstructionReader
{
    private const byte TwoByteCode = 0xFE;

    private static readonly OpCode?[] OneByte = new OpCode?[256];
    private static readonly OpCode?[] TwoBytes = new OpCode?[256];

    static InstructionReader()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            var table = code.Size == 1 ? OneByte : TwoBytes;
            table[(byte)code.Value] = code;
        }
    }

    /// <summary>All instructions of a body, in order.</summary>
    public static IReadOnlyList<Instruction> Read(BlobReader il)
    {
        var instructions = new List<Instruction>();
        var deviceOffset = 0;
        while (il.RemainingBytes > 0)
        {
            var instruction = ReadOne(ref il, deviceOffset);
            deviceOffset += instruction.DeviceSize;
            instructions.Add(instruction);
        }

        return instructions;
    }

    private static Instruction ReadOne(ref BlobReader il, int deviceOffset)
    {
        var offset = il.Offset;
        var first = il.ReadByte();
        var code = (first == TwoByteCode ? TwoBytes[il.ReadByte()] : OneByte[first])
            ?? throw new BadImageFormatException($"No instruction has the code {first:X2} at offset {offset}.");

        var operand = 0;
        int[] targets = [];
        int operandSize;
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                operandSize = 0;
                break;
            case OperandType.ShortInlineBrTarget:
                operandSize = 1;
                operand = il.ReadSByte();
                targets = [il.Offset + operand];
                break;
            case OperandType.InlineBrTarget:
                operandSize = 2;
                operand = il.ReadInt32();
                targets = [il.Offset + operand];
                break;
            case OperandType.InlineSwitch:
                targets = ReadSwitch(ref il);
                operandSize = 1 + (2 * targets.Length);
                break;
            case OperandType.ShortInlineI:
            case OperandType.ShortInlineVar:
                operandSize = 1;
                operand = il.ReadByte();
                break;
            case OperandType.InlineVar:
                operandSize = 2;
                operand = il.ReadUInt16();
                break;
            case OperandType.InlineField:
            case OperandType.InlineMethod:
            case OperandType.InlineString:
            case OperandType.InlineType:
                operandSize = 2;
                operand = il.ReadInt32();
                break;
            case OperandType.InlineI8:
            case OperandType.InlineR:
                operandSize = 8;
                il.ReadInt64();
                break;
            default: // InlineI, InlineTok, InlineSig, ShortInlineR
                operandSize = 4;
                operand = il.ReadInt32();
                break;
        }

        return new Instruction(code, offset, deviceOffset, code.Size + operandSize, operand, targets);
    }

    private static int[] ReadSwitch(ref BlobReader il)
    {
        var targets = new int[il.ReadInt32()];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = il.ReadInt32();
        }

        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] += il.Offset;
        }

        return targets;
    }
}
