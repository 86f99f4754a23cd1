using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>What the two forms of a parser for nanoFramework have in common: the classes of octets, and the simple states as data.</summary>
internal abstract class DeviceBody : ParserBody
{
    private protected DeviceBody(ParserDraft draft, bool hasRuns)
    {
        Draft = draft;
        Layout = new CodeLayout(draft.Automaton, hasRuns);
    }

    internal override string Remark => $"{Layout.Numbers.Length} states; its tables take {DataSize} octets";

    internal override IEnumerable<string> Namespaces => new string[0];

    /// <summary>How many octets of memory the data takes, what the arrays themselves take left out.</summary>
    internal abstract int DataSize { get; }

    private protected ParserDraft Draft { get; }

    /// <summary>How many octets, from 0 on, have their class in the table; those behind have one in common.</summary>
    private protected virtual int ClassesInTable => 256;

    private protected Automaton Automaton => Draft.Automaton;

    private protected CodeWriter Writer => Draft.Writer;

    private protected CodeLayout Layout { get; }

    private protected bool HasSimple => Layout.Simple.Count > 0;

    internal override int NumberOf(int state) => Layout.Numbers[state];

    internal override void WriteTables()
    {
        if (Layout.Coded.Count > 0)
        {
            Writer.Line(ClassesInTable == 256 ? "// The class of each octet." : $"// The class of each octet below {ClassesInTable}.");
            WriteArray("byte", "Classes", Layout.Classes.Take(ClassesInTable).Select(c => (int)c).ToList());
        }

        if (HasSimple)
        {
            Writer.Line($"// For each state up to {Layout.Simple.Count - 1}, which are those that read one range of octets and go one way: the lowest octet, how many");
            Writer.Line($"// more there are ({CodeLayout.BothCases} for a letter in both cases), and the state it leads to.");
            WriteArray("byte", "Lowest", Layout.Simple.Select(s => s.Lowest).ToList());
            WriteArray("byte", "Spans", Layout.Simple.Select(s => s.Span).ToList());
            WriteArray(Layout.IsWide ? "ushort" : "byte", "Targets", Layout.Simple.Select(s => NumberOf(s.Target)).ToList());
        }
    }

    private protected void WriteArray(string type, string name, IReadOnlyList<int> values)
    {
        const int PerLine = 30;
        Writer.Open($"private {(Draft.Request.HasOwnTables ? "" : "static ")}readonly {type}[] {name} =");
        for (int i = 0; i < values.Count; i += PerLine)
        {
            Writer.Line(string.Join(", ", values.Skip(i).Take(PerLine).Select(v => v.ToString(CultureInfo.InvariantCulture))) + ",");
        }

        Writer.Close("};");
        Writer.Line();
    }

    /// <summary>Writes what stands before the first octet is read.</summary>
    private protected void WriteFeedHead()
    {
        Draft.Summary(
            "Reads on: any cut of the input will do. Stops early when the outcome is no longer NeedsMore"
            + (Draft.HasCaptures ? ", or when the list of captures is full: take them with ClearCaptures and feed the rest." : "."));
        Writer.Line("/// <param name=\"buffer\">Holds the octets.</param>");
        Writer.Line("/// <param name=\"offset\">Where they begin.</param>");
        Writer.Line("/// <param name=\"count\">How many there are.</param>");
        Writer.Line("/// <returns>How many were consumed.</returns>");
        Writer.Open("public int Feed(byte[] buffer, int offset, int count)");
        Writer.Open("if (_outcome != Outcome.NeedsMore)");
        Writer.Line("return 0;");
        Writer.Close();
        Writer.Line();
    }

    /// <summary>What the code calls the tables it asks for each octet of a simple state.</summary>
    private protected virtual string LowestName => "Lowest";

    private protected virtual string TargetsName => "Targets";

    /// <summary>Writes one step of a simple state, on an octet that is there.</summary>
    private protected void WriteSimpleStep()
    {
        string letter = $"(buffer[i] & 0xDF) != {LowestName}[state]";
        string range = $"(uint)(buffer[i] - {LowestName}[state]) > span";
        bool hasLetters = Layout.Simple.Any(s => s.Span == CodeLayout.BothCases);
        bool hasRanges = Layout.Simple.Any(s => s.Span != CodeLayout.BothCases);
        Writer.Open($"if (buffer[i] != {LowestName}[state])");
        Writer.Line("int span = Spans[state];");
        Writer.Open(hasLetters && hasRanges ? $"if (span == {CodeLayout.BothCases} ? {letter} : {range})" : hasLetters ? $"if ({letter})" : $"if ({range})");
        Writer.Line("goto Dead;");
        Writer.Close();
        Writer.Close();
        Writer.Line();
        Writer.Line($"state = {TargetsName}[state];");
    }

    private protected void Label(string name)
    {
        Writer.Outdent();
        Writer.Line(name + ":");
        Writer.Indent();
    }
}
