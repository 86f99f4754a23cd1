using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Writes the body of one method that reads: the states of one part.</summary>
internal sealed class DirectPartWriter
{
    private readonly ParserDraft _draft;
    private readonly CodeWriter _writer;
    private readonly Automaton _automaton;
    private readonly IReadOnlyList<DirectState> _states;
    private readonly OctetSets _sets;
    private readonly IReadOnlyList<DirectState> _layout;
    private readonly Dictionary<int, int> _edgeUses = new();
    private readonly int _part;
    private bool _refuses;
    private bool _returns;
    private bool _stops;
    private bool _ends;

    /// <param name="draft">Takes the text.</param>
    /// <param name="states">All states, in the automaton's order.</param>
    /// <param name="sets">The irregular sets, of the whole class.</param>
    /// <param name="layout">The states of this part, in order.</param>
    internal DirectPartWriter(ParserDraft draft, IReadOnlyList<DirectState> states, OctetSets sets, IReadOnlyList<DirectState> layout)
    {
        _draft = draft;
        _writer = draft.Writer;
        _automaton = draft.Automaton;
        _states = states;
        _sets = sets;
        _layout = layout;
        _part = layout[0].Part;
        foreach (DirectState state in layout)
        {
            foreach (int edge in state.Tests.Select(t => t.Edge).Concat(state.Word == null ? new int[0] : new[] { state.Word.LastEdge }))
            {
                _edgeUses[edge] = _edgeUses.TryGetValue(edge, out int uses) ? uses + 1 : 1;
            }
        }
    }

    internal void Write()
    {
        for (int i = 0; i < _sets.TableCount; i++)
        {
            _writer.Line($"ReadOnlySpan<byte> sets{i} = Sets{i};");
        }

        _writer.Line("int position = _position;");
        _writer.Line("int state = _state;");
        _writer.Line("int i = 0;");
        _writer.Line("int octet;");
        List<int> skips = _layout.Where(s => s.Skip >= 0).Select(s => s.Skip).Distinct().OrderBy(s => s).ToList();
        if (skips.Count > 0)
        {
            _writer.Line("ulong run;");
            skips.ForEach(skip => RunSkips.WriteLocals(_writer, skip));
        }

        _writer.Line();
        bool returns = _edgeUses.Keys.Any(e => _states[_automaton.Edges[e].Target].State.IsReturning);
        _writer.Line(returns ? "// Goes on where the last call ended, or behind a nested rule." : "// Goes on where the last call ended.");
        if (returns)
        {
            _writer.Line("Again:");
        }

        _writer.Open("switch (state)");
        foreach (DirectState state in _layout)
        {
            _writer.Line($"case {state.Number}: goto S{state.Number};");
        }

        _writer.Line("default: goto Paused;");
        _writer.Close();
        _writer.Line();
        for (int i = 0; i < _layout.Count; i++)
        {
            // The code may run on into the next state where no shared edge is written in between.
            DirectState? next = i + 1 < _layout.Count ? _layout[i + 1] : null;
            WriteEntries(_layout[i]);
            WriteState(_layout[i], next != null && EntriesOf(next).Any() ? null : next);
        }

        WriteExits();
        WriteEnds();
    }

    /// <summary>The edges that several states take into this one, with what is done on them.</summary>
    private void WriteEntries(DirectState state)
    {
        List<int> entries = EntriesOf(state).ToList();
        for (int i = 0; i < entries.Count; i++)
        {
            _writer.Line($"E{entries[i]}:");
            WriteActions(_automaton.Edges[entries[i]]);
            if (i < entries.Count - 1)
            {
                _writer.Line($"goto S{state.Number};");
            }

            _writer.Line();
        }
    }

    private IEnumerable<int> EntriesOf(DirectState state) => SharedEdges().Where(e => _automaton.Edges[e].Target == state.Index);

    /// <summary>The shared edges that leave this part, or end the input.</summary>
    private void WriteExits()
    {
        foreach (int number in SharedEdges().Where(e => _states[_automaton.Edges[e].Target].Part != _part))
        {
            _writer.Line($"E{number}:");
            WriteWay(_automaton.Edges[number]);
            _writer.Line();
        }
    }

    private IEnumerable<int> SharedEdges() => _edgeUses.Where(u => u.Value > 1 && HasCode(_automaton.Edges[u.Key])).Select(u => u.Key).OrderBy(e => e);

    private bool HasCode(AutomatonEdge edge) => edge.Actions.Count > 0 || _states[edge.Target].Part != _part;

    private void WriteState(DirectState state, DirectState? follower)
    {
        _writer.Line($"S{state.Number}: // {Describe(state.State)}");
        _writer.Line($"state = {state.Number};");
        if (state.Word != null)
        {
            _writer.Line($"// {state.Word.Text()}");
            _writer.Open($"if ({state.Word.Condition()})");
            _writer.Line($"i += {state.Word.Length};");
            WriteJump(state.Word.LastEdge);
            _writer.Close();
            _writer.Line();
        }

        _writer.Open("if ((uint)i >= (uint)input.Length)");
        _writer.Line("goto Paused;");
        _writer.Close();
        _writer.Line();
        if (state.Skip >= 0)
        {
            RunSkips.WriteUse(_writer, state.Skip, $"S{state.Number}");
        }

        _writer.Line("octet = input[i++];");
        WriteTests(state.Tests.Where(t => !t.IsSwitched).ToList(), state.Tests.Where(t => t.IsSwitched).ToList(), follower);
        _writer.Line();
    }

    private void WriteTests(List<DirectTest> tests, List<DirectTest> switched, DirectState? follower)
    {
        for (int i = 0; i < tests.Count; i++)
        {
            DirectTest test = tests[i];
            AutomatonEdge edge = _automaton.Edges[test.Edge];
            bool isLast = i == tests.Count - 1 && switched.Count == 0;
            if (test.Test.IsAlways)
            {
                WriteJump(test.Edge, follower);
                return;
            }

            if (isLast && !HasCode(edge) && follower != null && edge.Target == follower.Index)
            {
                _refuses = true;
                _writer.Open($"if ({test.Test.Stops})");
                _writer.Line("goto Refused;");
                _writer.Close();
                return;
            }

            _writer.Open($"if ({test.Test.Passes})");
            WriteJump(test.Edge);
            _writer.Close();
            _writer.Line();
        }

        _refuses = true;
        if (switched.Count == 0)
        {
            _writer.Line("goto Refused;");
            return;
        }

        WriteSwitch(switched);
    }

    private void WriteSwitch(List<DirectTest> tests)
    {
        _writer.Open("switch (octet)");
        foreach (DirectTest test in tests)
        {
            for (int octet = 0; octet < 256; octet++)
            {
                if (test.Octets.Contains(octet))
                {
                    _writer.Line($"case {OctetLiterals.Of(octet)}:");
                }
            }

            _writer.Indent();
            WriteJump(test.Edge);
            _writer.Outdent();
        }

        _writer.Line("default:");
        _writer.Indent();
        _writer.Line("goto Refused;");
        _writer.Outdent();
        _writer.Close();
    }

    /// <summary>Takes an edge: by a jump to where it is written, or right here where no other state takes it.</summary>
    private void WriteJump(int number, DirectState? follower = null)
    {
        AutomatonEdge edge = _automaton.Edges[number];
        if (HasCode(edge) && _edgeUses[number] > 1)
        {
            _writer.Line($"goto E{number};");
        }
        else
        {
            WriteWay(edge, follower);
        }
    }

    private void WriteWay(AutomatonEdge edge, DirectState? follower = null)
    {
        DirectState target = _states[edge.Target];
        WriteActions(edge);
        if (target.State.IsReturning)
        {
            _returns = true;
            _writer.Line($"state = Return({target.Number}, position + i);");
            _writer.Line("goto Returned;");
        }
        else if (target.State.IsFinal)
        {
            _ends = true;
            _writer.Line($"state = {target.Number};");
            _writer.Line("goto Ended;");
        }
        else if (target.Part != _part)
        {
            _writer.Line($"state = {target.Number};");
            _writer.Line("goto Paused;");
        }
        else if (target != follower)
        {
            _writer.Line($"goto S{target.Number};");
        }
    }

    private void WriteActions(AutomatonEdge edge)
    {
        foreach (string statement in _draft.Statements(edge.Actions, "position + i"))
        {
            _writer.Line(statement);
        }

        // A full list ends the call, a bound that is passed ends the input.
        bool closes = edge.Actions.Any(a => a.Kind == ActionKind.Close);
        bool isBounded = _draft.HasCalls && edge.Actions.Any(a => a.Kind is ActionKind.Push or ActionKind.Open);
        if (_states[edge.Target].Reads && (closes || isBounded))
        {
            _stops = true;
            string full = $"_captureCount >= {_draft.Request.MaximumCaptures}";
            _writer.Open($"if ({(!isBounded ? full : closes ? $"_outcome == Outcome.Failed || {full}" : "_outcome == Outcome.Failed")})");
            _writer.Line($"state = {_states[edge.Target].Number};");
            _writer.Line("goto Stopped;");
            _writer.Close();
            _writer.Line();
        }
    }

    private void WriteEnds()
    {
        if (_returns)
        {
            _writer.Line("Returned:");
            _writer.Open($"if (state < {_states.Count(s => s.Reads)})");
            _writer.Open($"if (_outcome == Outcome.NeedsMore{(_draft.HasCaptures ? $" && _captureCount < {_draft.Request.MaximumCaptures}" : "")})");
            _writer.Line("goto Again;");
            _writer.Close();
            _writer.Line();
            _writer.Line("goto Stopped;");
            _writer.Close();
            _writer.Line();
        }

        if (_ends || _returns)
        {
            if (_ends)
            {
                _writer.Line("Ended:");
            }

            _writer.Open("if (_outcome == Outcome.NeedsMore)");
            _writer.Line("_outcome = Outcome.Matched;");
            _writer.Close();
            _writer.Line();
        }

        if (_stops || _returns)
        {
            _writer.Line("Stopped:");
        }

        if (_draft.HasLimits && (_stops || _returns || _ends))
        {
            _writer.Line("// An octet that goes past a bound is not consumed.");
            _writer.Open("if (_outcome == Outcome.Failed)");
            _writer.Line("i--;");
            _writer.Close();
            _writer.Line();
        }

        _writer.Line("Paused:");
        _writer.Line("_state = state;");
        _writer.Line("_position = position + i;");
        _writer.Line("return i;");
        if (_refuses)
        {
            _writer.Line();
            _writer.Line("Refused:");
            _writer.Line("i--;");
            _writer.Line("_state = state;");
            _writer.Line("_position = position + i;");
            _writer.Line("_outcome = Accept() ? Outcome.Matched : Outcome.Failed;");
            _writer.Line("return i;");
        }
    }

    /// <summary>The rule a state is in, and what it accepts as far as that fits on a line.</summary>
    private static string Describe(AutomatonState state)
    {
        string expected = string.Join(", ", state.Expected);
        return $"{state.RuleName}: {(expected.Length > 80 ? expected.Substring(0, 77) + "..." : expected)}";
    }
}
