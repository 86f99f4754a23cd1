using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>A range of classes of octets and the edge they take; -1 for none.</summary>
internal readonly record struct ClassTest(int First, int Last, int Edge);

/// <summary>
/// A state as code: which classes of octets it stays on, and how it finds the edge of the others. A state that is like an
/// earlier one but for a few classes tests those and leaves the rest to the other's tests.
/// </summary>
internal sealed class CodedState
{
    internal CodedState(CodeLayout layout, Automaton automaton, int state, IEnumerable<CodedState> earlier)
    {
        State = state;
        int place = layout.Numbers[state] - layout.Simple.Count;
        Edges = layout.Columns.Select(column => column[place]).ToArray();
        bool Stays(int edge) => edge >= 0 && automaton.Edges[edge].Target == state && automaton.Edges[edge].Actions.Count == 0;
        Runs = Segments(Edges.Select(edge => Stays(edge) ? edge : -1).ToArray()).Where(s => s.Edge >= 0).ToList();
        LowestAfterRun = Runs.Count > 0 && Runs[0].First == 0 ? Runs[0].Last + 1 : 0;
        Own = Edges.Select(edge => Stays(edge) ? -1 : edge).ToArray();
        Tests = Segments(Own).Where(s => s.Edge >= 0).ToList();
        FindLike(earlier);
    }

    /// <summary>The state of the automaton.</summary>
    internal int State { get; }

    /// <summary>The ranges of classes it stays on.</summary>
    internal IReadOnlyList<ClassTest> Runs { get; }

    /// <summary>The lowest class an octet can have that is not among the first of <see cref="Runs"/>.</summary>
    internal int LowestAfterRun { get; }

    /// <summary>The comparisons, in order.</summary>
    internal IReadOnlyList<ClassTest> Tests { get; private set; }

    /// <summary>Whether a jump table over classes takes no more room than the comparisons: two octets a class against six for each.</summary>
    internal bool IsSwitch => Tests.Count > 2 && 2 * (Tests[Tests.Count - 1].Last - Tests[0].First) <= (6 * Tests.Count) - 8;

    /// <summary>The state whose comparisons decide when none of <see cref="Tests"/> does, or -1.</summary>
    internal int Like { get; private set; } = -1;

    /// <summary>Whether another state leaves octets to its comparisons.</summary>
    internal bool IsLiked { get; private set; }

    private int[] Edges { get; }

    /// <summary>The edges without those of runs.</summary>
    private int[] Own { get; }

    private void FindLike(IEnumerable<CodedState> earlier)
    {
        CodedState? best = null;
        IReadOnlyList<ClassTest> tests = Tests;
        foreach (CodedState other in earlier.Where(o => o.Like < 0))
        {
            // Where the other's comparisons come to something else: its run included, which they know nothing of.
            var different = new int[Edges.Length];
            for (int kind = 0; kind < different.Length; kind++)
            {
                different[kind] = Own[kind] == other.Own[kind] || Runs.Any(r => r.First <= kind && kind <= r.Last) ? Same : Own[kind];
            }

            var own = Segments(different).Where(s => s.Edge != Same).ToList();
            if (own.Count < tests.Count)
            {
                best = other;
                tests = own;
            }
        }

        if (best != null)
        {
            Like = best.State;
            best.IsLiked = true;
            Tests = tests;
        }
    }

    private const int Same = -2;

    private static IEnumerable<ClassTest> Segments(int[] edges)
    {
        for (int first = 0; first < edges.Length;)
        {
            int last = first;
            while (last + 1 < edges.Length && edges[last + 1] == edges[first])
            {
                last++;
            }

            yield return new ClassTest(first, last, edges[first]);
            first = last + 1;
        }
    }
}
