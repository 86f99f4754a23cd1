using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Draws an automaton: states in columns by how many octets lead to them at least, edges with the octets they read. Edges that
/// lead back run below. Meant for automata that a person can take in; large ones become large pictures.
/// </summary>
public static class AutomatonDiagram
{
    private const double Column = 150;
    private const double Row = 64;
    private const double Radius = 17;

    private const string Style =
        ".paper{fill:#fffdf8}text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#1d2733}" +
        ".state{fill:#e6edf9;stroke:#5577b5;stroke-width:1.4}.accepting{fill:#e4f3df;stroke:#5c9a4c;stroke-width:3}" +
        ".track{fill:none;stroke:#8a95a3;stroke-width:1.2;marker-end:url(#arrow)}.acting{stroke:#b0602a}.label{font-size:10px}";

    /// <summary>The picture as an SVG text.</summary>
    public static string Draw(Automaton automaton)
    {
        List<List<int>> columns = Columns(automaton);
        var places = new Dictionary<int, (double X, double Y)>();
        int tallest = columns.Max(c => c.Count);
        for (int column = 0; column < columns.Count; column++)
        {
            for (int row = 0; row < columns[column].Count; row++)
            {
                double top = (tallest - columns[column].Count) * Row / 2;
                places[columns[column][row]] = (50 + (column * Column), 60 + top + (row * Row));
            }
        }

        double width = 100 + ((columns.Count - 1) * Column) + 60;
        double height = 60 + (tallest * Row) + 40;
        var body = new SvgWriter();
        foreach (int state in places.Keys)
        {
            DrawEdges(automaton, state, places, body);
        }

        foreach (KeyValuePair<int, (double X, double Y)> place in places)
        {
            AutomatonState state = automaton.States[place.Key];
            string kind = state.IsAccepting ? "state accepting" : "state";
            body.Raw($"<g><title>{SvgWriter.Escape(state.RuleName)}: {SvgWriter.Escape(string.Join(", ", state.Expected))}</title>");
            body.Raw($"<circle class=\"{kind}\" cx=\"{SvgWriter.Number(place.Value.X)}\" cy=\"{SvgWriter.Number(place.Value.Y)}\" r=\"{Radius}\"/>");
            body.Text("number", place.Value.X, place.Value.Y + 4, place.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));
            body.Raw("</g>");
        }

        var text = new StringBuilder();
        text.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SvgWriter.Number(width)}\" height=\"{SvgWriter.Number(height)}\" role=\"img\">\n");
        text.Append($"<title>The automaton of {SvgWriter.Escape(automaton.Root.Name)}: {automaton.States.Count} states</title>\n<style>{Style}</style>\n");
        text.Append("<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#8a95a3\"/></marker></defs>\n");
        text.Append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        text.Append(body).Append("</svg>\n");
        return text.ToString();
    }

    private static List<List<int>> Columns(Automaton automaton)
    {
        var columns = new List<List<int>> { new() { 0 } };
        var seen = new HashSet<int> { 0 };
        while (true)
        {
            var next = new List<int>();
            foreach (int state in columns[columns.Count - 1])
            {
                foreach (int edge in automaton.States[state].Next.Where(e => e >= 0))
                {
                    if (seen.Add(automaton.Edges[edge].Target))
                    {
                        next.Add(automaton.Edges[edge].Target);
                    }
                }
            }

            if (next.Count == 0)
            {
                return columns;
            }

            columns.Add(next);
        }
    }

    private static void DrawEdges(Automaton automaton, int from, Dictionary<int, (double X, double Y)> places, SvgWriter body)
    {
        AutomatonState state = automaton.States[from];
        foreach (IGrouping<int, int> way in Enumerable.Range(0, state.Next.Length).Where(c => state.Next[c] >= 0)
            .GroupBy(c => automaton.Edges[state.Next[c]].Target))
        {
            string label = state.IsReturning ? "return" : Label(automaton, way);
            bool acts = way.Any(c => automaton.Edges[state.Next[c]].Actions.Count > 0);
            (double x1, double y1) = places[from];
            (double x2, double y2) = places[way.Key];
            string n(double value) => SvgWriter.Number(value);
            string css = acts ? "track acting" : "track";
            if (way.Key == from)
            {
                body.Raw($"<path class=\"{css}\" d=\"M{n(x1 - 8)} {n(y1 - 15)}c-12 -26 28 -26 16 0\"/>");
                body.Text("label", x1, y1 - 38, label);
            }
            else if (x2 > x1)
            {
                double middle = (x1 + x2) / 2;
                body.Raw($"<path class=\"{css}\" d=\"M{n(x1 + Radius)} {n(y1)}C{n(middle)} {n(y1)} {n(middle)} {n(y2)} {n(x2 - Radius)} {n(y2)}\"/>");
                body.Text("label", middle, ((y1 + y2) / 2) - 5, label);
            }
            else if (x2 == x1)
            {
                double side = x1 - 46;
                body.Raw($"<path class=\"{css}\" d=\"M{n(x1 - Radius)} {n(y1)}C{n(side)} {n(y1)} {n(side)} {n(y2)} {n(x2 - Radius)} {n(y2)}\"/>");
                body.Text("label", side - 4, ((y1 + y2) / 2) + 3, label);
            }
            else
            {
                double depth = Math.Max(y1, y2) + 42;
                body.Raw($"<path class=\"{css}\" d=\"M{n(x1)} {n(y1 + Radius)}C{n(x1)} {n(depth)} {n(x2)} {n(depth)} {n(x2)} {n(y2 + Radius)}\"/>");
                body.Text("label", (x1 + x2) / 2, depth - 8, label);
            }
        }
    }

    private static string Label(Automaton automaton, IEnumerable<int> classes)
    {
        var set = new ByteSet();
        var wanted = new HashSet<int>(classes);
        for (int octet = 0; octet < 256; octet++)
        {
            if (wanted.Contains(automaton.Classes[octet]))
            {
                set.Add(octet);
            }
        }

        List<string> parts = set.Ranges().Select(r => r.First == r.Last ? OctetNames.Short(r.First) : $"{OctetNames.Short(r.First)}-{OctetNames.Short(r.Last)}").ToList();
        return parts.Count <= 4 ? string.Join(" ", parts) : string.Join(" ", parts.Take(3)) + $" +{parts.Count - 3}";
    }
}
