using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>A sequence too long for one line: it goes on in the next, and from the last back up to the main line.</summary>
internal sealed class WrappedTrack : Track
{
    /// <summary>A line longer than this is continued in another: about what a screen shows.</summary>
    private const double LongestLine = 720;

    private readonly IReadOnlyList<SequenceTrack> _rows;

    private WrappedTrack(IReadOnlyList<SequenceTrack> rows) => _rows = rows;

    internal override double Width => _rows.Max(r => r.Width) + (5 * Curve);

    internal override double Up => _rows[0].Up;

    internal override double Down
    {
        get
        {
            double down = _rows[0].Down;
            for (int i = 1; i < _rows.Count; i++)
            {
                down += Between(i) + _rows[i].Down;
            }

            return down;
        }
    }

    /// <summary>Parts one after the other, in as many lines as they take.</summary>
    internal static Track Of(IReadOnlyList<Track> parts)
    {
        var rows = new List<SequenceTrack>();
        var row = new List<Track>();
        foreach (Track part in parts)
        {
            if (row.Count > 0 && new SequenceTrack(row.Append(part).ToList()).Width > LongestLine)
            {
                rows.Add(new SequenceTrack(row));
                row = new List<Track>();
            }

            row.Add(part);
        }

        rows.Add(new SequenceTrack(row));
        return rows.Count == 1 ? rows[0] : new WrappedTrack(rows);
    }

    internal override void Draw(SvgWriter writer, double x, double y)
    {
        string n(double value) => SvgWriter.Number(value);
        double start = x + (2 * Curve);
        double turn = x + Width - (2 * Curve);
        double right = x + Width;
        double at = y;
        writer.Line(x, y, start);
        for (int i = 0; i < _rows.Count; i++)
        {
            SequenceTrack row = _rows[i];
            row.Draw(writer, start, at);
            if (i + 1 == _rows.Count)
            {
                writer.Path(
                    $"M{n(start + row.Width)} {n(at)}H{n(right - (2 * Curve))}q{n(Curve)} 0 {n(Curve)} {n(-Curve)}V{n(y + Curve)}q0 {n(-Curve)} {n(Curve)} {n(-Curve)}");
                return;
            }

            // Down at the right, back to the left between the lines, and down again.
            double middle = at + row.Down + Gap;
            double next = at + row.Down + Between(i + 1);
            writer.Path(
                $"M{n(start + row.Width)} {n(at)}H{n(turn - Curve)}q{n(Curve)} 0 {n(Curve)} {n(Curve)}V{n(middle)}q0 {n(Curve)} {n(-Curve)} {n(Curve)}"
                + $"H{n(x + Curve)}q{n(-Curve)} 0 {n(-Curve)} {n(Curve)}V{n(Math.Max(next - Curve, middle + (2 * Curve)))}q0 {n(Curve)} {n(Curve)} {n(Curve)}H{n(start)}");
            at = next;
        }
    }

    private double Between(int row) => Gap + Math.Max((4 * Curve), Curve + Gap + _rows[row].Up);
}
