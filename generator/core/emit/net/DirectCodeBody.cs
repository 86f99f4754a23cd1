using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Reads by code, for .NET: each state is a label, each edge a jump, and the state is a number only between two calls. Words are
/// compared eight octets at a time, runs are skipped in windows of 64; where that does not fit (a cut in the middle, an
/// octet that does not belong there) the state's own tests go on octet by octet, so that all cuts of an input give the same.
/// </summary>
internal sealed class DirectCodeBody : ParserBody
{
    private readonly ParserDraft _draft;
    private readonly CodeWriter _writer;
    private readonly OctetSets _sets = new();
    private readonly RunSkips _skips = new();
    private readonly IReadOnlyList<DirectState> _states;
    private readonly IReadOnlyList<DirectState> _layout;

    internal DirectCodeBody(ParserDraft draft)
    {
        _draft = draft;
        _writer = draft.Writer;
        _states = DirectPlanner.Plan(draft.Automaton, _sets, _skips);
        _layout = DirectLayout.Arrange(draft.Automaton, _states, draft.Request.MaximumBlocks);
    }

    internal override string Remark => $"{_states.Count} states, each written as code";

    internal override IEnumerable<string> Namespaces => new[]
    {
        "System", "System.Buffers.Binary", "System.Numerics", "System.Runtime.CompilerServices", "System.Runtime.Intrinsics",
        "System.Runtime.Intrinsics.Arm", "System.Runtime.Intrinsics.X86",
    };

    private int PartCount => _layout.Count == 0 ? 0 : _layout[_layout.Count - 1].Part + 1;

    internal override int NumberOf(int state) => _states[state].Number;

    internal override void WriteTables()
    {
        int number = 0;
        foreach (byte[] table in _sets.Tables())
        {
            _writer.Line("// For each octet, which of up to eight sets it is in.");
            _writer.Open($"private static ReadOnlySpan<byte> Sets{number++} => new byte[]");
            for (int i = 0; i < table.Length; i += 16)
            {
                _writer.Line(string.Join(", ", table.Skip(i).Take(16).Select(v => $"0x{v:X2}")) + ",");
            }

            _writer.Close("};");
            _writer.Line();
        }
    }

    internal override void WriteFeed()
    {
        string summary = "Reads on: any cut of the input will do. Stops early when the outcome is no longer NeedsMore"
            + (_draft.HasCaptures ? ", or when the list of captures is full: take them with ClearCaptures and feed the rest." : ".");
        _draft.Summary(summary);
        _writer.Line("/// <param name=\"buffer\">Holds the octets.</param>");
        _writer.Line("/// <param name=\"offset\">Where they begin.</param>");
        _writer.Line("/// <param name=\"count\">How many there are.</param>");
        _writer.Line("/// <returns>How many were consumed.</returns>");
        _writer.Open("public int Feed(byte[] buffer, int offset, int count)");
        _writer.Line("return Feed(new ReadOnlySpan<byte>(buffer, offset, count));");
        _writer.Close();
        _writer.Line();
        _draft.Summary(summary);
        _writer.Line("/// <param name=\"input\">The octets.</param>");
        _writer.Line("/// <returns>How many were consumed.</returns>");
        _writer.Open("public int Feed(ReadOnlySpan<byte> input)");
        _writer.Open("if (_outcome != Outcome.NeedsMore)");
        _writer.Line("return 0;");
        _writer.Close();
        _writer.Line();
        if (PartCount == 0)
        {
            WriteNothing();
            _writer.Close();
            _writer.Line();
        }
        else if (PartCount == 1)
        {
            WritePart(0);
            _writer.Close();
            _writer.Line();
        }
        else
        {
            WriteCalls();
            _writer.Close();
            _writer.Line();
            for (int part = 0; part < PartCount; part++)
            {
                _writer.Line($"// Reads on from one of the states {First(part)} to {First(part + 1) - 1} as long as these are not left.");
                _writer.Open($"private int Feed{part}(ReadOnlySpan<byte> input)");
                WritePart(part);
                _writer.Close();
                _writer.Line();
            }
        }

        _skips.Write(_writer);
    }

    /// <summary>The rule is read without an octet: there is no state to read from.</summary>
    private void WriteNothing()
    {
        _writer.Open("if (input.Length > 0)");
        _writer.Line("_outcome = Accept() ? Outcome.Matched : Outcome.Failed;");
        _writer.Close();
        _writer.Line();
        _writer.Line("return 0;");
    }

    private int First(int part) => part == PartCount ? _layout.Count : _layout.First(s => s.Part == part).Number;

    private void WritePart(int part) => new DirectPartWriter(_draft, _states, _sets, _layout.Where(s => s.Part == part).ToList()).Write();

    /// <summary>One method would be too large for the runtime to optimise: goes from one to the next as the states want it.</summary>
    private void WriteCalls()
    {
        _writer.Line("int i = 0;");
        _writer.Open("do");
        _writer.Line("ReadOnlySpan<byte> rest = input.Slice(i);");
        for (int part = 0; part < PartCount; part++)
        {
            string condition = part == 0 ? $"if (_state < {First(1)})" : part < PartCount - 1 ? $"else if (_state < {First(part + 1)})" : "else";
            _writer.Open(condition);
            _writer.Line($"i += Feed{part}(rest);");
            _writer.Close();
        }

        _writer.Close();
        string room = _draft.HasCaptures ? $" && _captureCount < {_draft.Request.MaximumCaptures}" : "";
        _writer.Line($"while (i < input.Length && _outcome == Outcome.NeedsMore{room});");
        _writer.Line();
        _writer.Line("return i;");
    }
}
