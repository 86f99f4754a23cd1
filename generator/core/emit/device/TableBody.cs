using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Reads by tables, for nanoFramework: as little flash as can be, at about twice the instructions of <see cref="CodeBody"/>. One
/// short loop serves all states; what an edge does is a case of a switch. C# 7, byte arrays, no switch a device could not run.
/// </summary>
internal sealed class TableBody : DeviceBody
{
    /// <summary>So many entries of a table cost more than the code that spares them.</summary>
    private const int WorthWhile = 32;

    private readonly TableLayout _tables;

    internal TableBody(ParserDraft draft)
        : base(draft, hasRuns: false)
    {
        _tables = new TableLayout(draft.Automaton, Layout);
        int count = 256;
        while (count > 0 && Layout.Classes[count - 1] == Layout.Classes[255])
        {
            count--;
        }

        ClassesInTable = 256 - count >= WorthWhile ? count : 256;
    }

    internal override int DataSize => Layout.Size + _tables.Size - (Layout.Coded.Count > 0 ? 256 - ClassesInTable : 0);

    // What treats all octets past ASCII alike, as most grammars do, need not list them.
    private protected override int ClassesInTable { get; }

    internal override void WriteTables()
    {
        base.WriteTables();
        if (_tables.Starts.Count > 0)
        {
            string size = _tables.IsFar ? "Four" : "Three";
            Writer.Line($"// {size} numbers a range of classes, in order: the last class of the range; what is done (0 nothing, {_tables.Dead}: nothing is acceptable); and");
            Writer.Line($"// the next state{(_tables.IsFar ? ", the low octet first" : "")}, or with {_tables.Like} the state that does the same from {Layout.Simple.Count} on.");
            WriteArray(_tables.IsWide ? "ushort" : "byte", "Ways", _tables.Ways);
            Writer.Line($"// For each state from {Layout.Simple.Count} on where its ranges begin.");
            WriteArray(_tables.Ways.Count > 256 ? "ushort" : "byte", "Starts", _tables.Starts);
        }
    }

    internal override void WriteFeed()
    {
        bool hasCoded = Layout.Coded.Count > 0;
        WriteFeedHead();
        Writer.Line("int i = offset;");
        Writer.Line("int state = _state;");
        Writer.Line("int end = offset + count;");
        Writer.Line("int origin = _position - offset;");
        Writer.Open("for (; i < end; i++)");
        if (HasSimple)
        {
            if (hasCoded)
            {
                Writer.Open($"if (state < {Layout.Simple.Count})");
            }

            WriteSimpleStep();
            if (hasCoded)
            {
                Writer.Close();
                Writer.Open("else");
            }
        }

        if (hasCoded)
        {
            WriteWayStep();
            if (HasSimple)
            {
                Writer.Close();
            }
        }
        else if (!HasSimple)
        {
            Writer.Line("goto Dead;");
        }

        Writer.Line();
        WriteArrival();
        Writer.Close();
        Writer.Line();
        Writer.Line("_state = state;");
        Writer.Line("_position = i + origin;");
        Writer.Line("return i - offset;");
        Writer.Line();
        Label("Dead");
        Writer.Line("_state = state;");
        Writer.Line("_position = i + origin;");
        Writer.Line($"_outcome = {Draft.OutcomeOfEnding};");
        Writer.Line("return i - offset;");
        Writer.Close();
        Writer.Line();
        if (_tables.HasActions)
        {
            WriteDo();
        }
    }

    private void WriteDo()
    {
        var cases = new Dictionary<int, string[]>();
        for (int i = 0; i < _tables.Actions.Count; i++)
        {
            cases.Add(i + 1, Draft.Statements(_tables.Actions[i], "at"));
        }

        Writer.Line("// Does what belongs to an edge; at is the place behind its octet.");
        Writer.Open("private void Do(int doing, int at)");
        SwitchWriter.Write(Writer, "doing", cases);
        Writer.Close();
        Writer.Line();
    }

    internal override bool TryWriteAccept()
    {
        if (Layout.Coded.Count == 0)
        {
            return false;
        }

        if (HasSimple)
        {
            Writer.Open($"if (_state < {Layout.Simple.Count})");
            Writer.Line("return false;");
            Writer.Close();
            Writer.Line();
        }

        Writer.Line("// The end is a class of its own, behind all others.");
        Writer.Line($"int way = Starts[{(HasSimple ? $"_state - {Layout.Simple.Count}" : "_state")}];");
        WriteLike(Layout.ClassCount.ToString(CultureInfo.InvariantCulture));
        Writer.Open($"if (doing == {_tables.Dead})");
        Writer.Line("return false;");
        Writer.Close();
        Writer.Line();
        if (_tables.HasActions)
        {
            Writer.Line("Do(doing, _position + 1);");
        }

        Writer.Line("return _outcome != Outcome.Failed;");
        return true;
    }

    private void WriteWayStep()
    {
        Writer.Line(ClassesInTable == 256
            ? "int kind = Classes[buffer[i]];"
            : $"int kind = buffer[i] < {ClassesInTable} ? Classes[buffer[i]] : {Layout.Classes[255]};");
        Writer.Line($"int way = Starts[{(HasSimple ? $"state - {Layout.Simple.Count}" : "state")}];");
        WriteLike("kind");
        if (!_tables.HasActions)
        {
            Writer.Open("if (doing != 0)");
            Writer.Line("goto Dead;");
            Writer.Close();
            Writer.Line();
            Writer.Line(_tables.IsFar ? "state = Ways[way + 2] | (Ways[way + 3] << 8);" : "state = Ways[way + 2];");
            return;
        }

        Writer.Open("if (doing != 0)");
        Writer.Open($"if (doing == {_tables.Dead})");
        Writer.Line("goto Dead;");
        Writer.Close();
        Writer.Line();
        Writer.Line("Do(doing, i + origin + 1);");
        Writer.Close();
        Writer.Line();
        Writer.Line(_tables.IsFar ? "state = Ways[way + 2] | (Ways[way + 3] << 8);" : "state = Ways[way + 2];");
        if (Draft.HasLimits)
        {
            WriteLimits();
        }
    }

    /// <summary>Finds the range that a class is in, of the state or of the one it is like.</summary>
    private void WriteLike(string kind)
    {
        if (_tables.HasLike)
        {
            Label("Find");
        }

        Writer.Open($"while ({kind} > Ways[way])");
        Writer.Line($"way += {_tables.Stride};");
        Writer.Close();
        Writer.Line();
        Writer.Line("int doing = Ways[way + 1];");
        if (_tables.HasLike)
        {
            Writer.Open($"if (doing == {_tables.Like})");
            Writer.Line("way = Starts[Ways[way + 2]];");
            Writer.Line("goto Find;");
            Writer.Close();
            Writer.Line();
        }
    }

    /// <summary>Stops at a bound.</summary>
    private void WriteLimits()
    {
        Writer.Line("// Past a bound: the octet that goes past it is not consumed.");
        Writer.Open(Draft.HasCalls ? "if (_outcome == Outcome.Failed)" : "if (doing != 0 && _outcome == Outcome.Failed)");
        Writer.Line("break;");
        Writer.Close();
        if (Draft.HasCaptures && !Draft.HasCalls)
        {
            Writer.Line();
            Writer.Open($"if (doing != 0 && state < {Layout.FirstFinal} && !({Draft.HasRoom}))");
            Writer.Line("i++;");
            Writer.Line("break;");
            Writer.Close();
        }
    }

    /// <summary>Looks where an octet has led: out of nested rules, or to the end.</summary>
    private void WriteArrival()
    {
        if (Draft.HasCalls)
        {
            Writer.Open($"if (state >= {NestingMembers.FirstReturning(Automaton)})");
            Writer.Line("state = Return(state, i + origin + 1);");
            Writer.Open("if (_outcome == Outcome.Failed)");
            Writer.Line("break;");
            Writer.Close();
            Writer.Close();
            Writer.Line();
        }

        Writer.Open($"if (state >= {Layout.FirstFinal})");
        Writer.Line("_outcome = Outcome.Matched;");
        Writer.Line("i++;");
        Writer.Line("break;");
        Writer.Close();
        if (Draft.HasCaptures && Draft.HasCalls)
        {
            Writer.Line();
            Writer.Open($"if (!({Draft.HasRoom}))");
            Writer.Line("i++;");
            Writer.Line("break;");
            Writer.Close();
        }
    }
}
