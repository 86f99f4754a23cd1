using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>A piece of a railroad diagram: it is entered at its left end and left at its right end, both on its main line.</summary>
internal abstract class Track
{
    /// <summary>The radius of the curves.</summary>
    protected const double Curve = 9;

    /// <summary>The room between two tracks under each other.</summary>
    protected const double Gap = 8;

    /// <summary>How wide it is.</summary>
    internal abstract double Width { get; }

    /// <summary>How far it reaches above its main line.</summary>
    internal abstract double Up { get; }

    /// <summary>How far it reaches below its main line.</summary>
    internal abstract double Down { get; }

    /// <summary>Draws it with its left end at a point.</summary>
    internal abstract void Draw(SvgWriter writer, double x, double y);
}

/// <summary>A straight line: nothing is read.</summary>
internal sealed class EmptyTrack : Track
{
    internal override double Width => 0;

    internal override double Up => 0;

    internal override double Down => 0;

    internal override void Draw(SvgWriter writer, double x, double y)
    {
    }
}

/// <summary>Text in a box: a string or a range with round ends, a rule with a link to its own diagram.</summary>
internal sealed class BoxTrack : Track
{
    private readonly string _text;
    private readonly string _link;

    internal BoxTrack(string text, string link = "")
    {
        _text = text;
        _link = link;
    }

    internal override double Width => (7.3 * _text.Length) + 20;

    internal override double Up => 12;

    internal override double Down => 12;

    internal override void Draw(SvgWriter writer, double x, double y)
    {
        if (_link.Length > 0)
        {
            writer.Raw($"<a href=\"#{SvgWriter.Escape(_link)}\">");
        }

        writer.Box(_link.Length > 0 ? "rule" : "terminal", x, y - 12, Width, 24, _link.Length > 0 ? 3 : 12);
        writer.Text("label", x + (Width / 2), y + 4.5, _text);
        if (_link.Length > 0)
        {
            writer.Raw("</a>");
        }
    }
}

/// <summary>Tracks one after the other.</summary>
internal sealed class SequenceTrack : Track
{
    private const double Between = 12;

    private readonly IReadOnlyList<Track> _parts;

    internal SequenceTrack(IReadOnlyList<Track> parts) => _parts = parts;

    internal override double Width => _parts.Sum(p => p.Width) + (Between * (_parts.Count - 1));

    internal override double Up => _parts.Max(p => p.Up);

    internal override double Down => _parts.Max(p => p.Down);

    internal override void Draw(SvgWriter writer, double x, double y)
    {
        for (int i = 0; i < _parts.Count; i++)
        {
            if (i > 0)
            {
                writer.Line(x, y, x + Between);
                x += Between;
            }

            _parts[i].Draw(writer, x, y);
            x += _parts[i].Width;
        }
    }
}

/// <summary>Tracks under each other, one of which is taken; the preferred one on the main line.</summary>
internal sealed class ChoiceTrack : Track
{
    private const double Margin = 2 * Curve;

    private readonly IReadOnlyList<Track> _ways;

    internal ChoiceTrack(IReadOnlyList<Track> ways) => _ways = ways;

    internal override double Width => _ways.Max(w => w.Width) + (2 * Margin) + 8;

    internal override double Up => _ways[0].Up;

    internal override double Down
    {
        get
        {
            double down = _ways[0].Down;
            foreach (Track way in _ways.Skip(1))
            {
                down += Gap + Math.Max(way.Up, Curve) + way.Down;
            }

            return Math.Max(down, (2 * Curve) + _ways[_ways.Count - 1].Down);
        }
    }

    internal override void Draw(SvgWriter writer, double x, double y)
    {
        double right = x + Width;
        double at = y;
        for (int i = 0; i < _ways.Count; i++)
        {
            Track way = _ways[i];
            double start = x + Margin + 4;
            if (i == 0)
            {
                writer.Line(x, y, start);
                writer.Line(start + way.Width, y, right);
            }
            else
            {
                at = Math.Max(at + _ways[i - 1].Down + Gap + Math.Max(way.Up, Curve), y + (2 * Curve));
                string n(double value) => SvgWriter.Number(value);
                writer.Path($"M{n(x)} {n(y)}q{n(Curve)} 0 {n(Curve)} {n(Curve)}V{n(at - Curve)}q0 {n(Curve)} {n(Curve)} {n(Curve)}H{n(start)}");
                writer.Path($"M{n(start + way.Width)} {n(at)}H{n(right - Margin)}q{n(Curve)} 0 {n(Curve)} {n(-Curve)}V{n(y + Curve)}q0 {n(-Curve)} {n(Curve)} {n(-Curve)}");
            }

            way.Draw(writer, start, at);
        }
    }
}

/// <summary>A track that may be left out: the way around it runs above.</summary>
internal sealed class OptionTrack : Track
{
    private readonly Track _inner;

    internal OptionTrack(Track inner) => _inner = inner;

    internal override double Width => _inner.Width + (4 * Curve);

    internal override double Up => Math.Max(_inner.Up + Gap, 2 * Curve);

    internal override double Down => _inner.Down;

    internal override void Draw(SvgWriter writer, double x, double y)
    {
        string n(double value) => SvgWriter.Number(value);
        double top = y - Up;
        writer.Line(x, y, x + (2 * Curve));
        writer.Line(x + (2 * Curve) + _inner.Width, y, x + Width);
        writer.Path(
            $"M{n(x)} {n(y)}q{n(Curve)} 0 {n(Curve)} {n(-Curve)}V{n(top + Curve)}q0 {n(-Curve)} {n(Curve)} {n(-Curve)}"
            + $"H{n(x + Width - (2 * Curve))}q{n(Curve)} 0 {n(Curve)} {n(Curve)}V{n(y - Curve)}q0 {n(Curve)} {n(Curve)} {n(Curve)}");
        _inner.Draw(writer, x + (2 * Curve), y);
    }
}

/// <summary>A track that may be taken again: the way back runs below, with how often where there are bounds.</summary>
internal sealed class LoopTrack : Track
{
    private readonly Track _inner;
    private readonly string _label;

    internal LoopTrack(Track inner, string label)
    {
        _inner = inner;
        _label = label;
    }

    internal override double Width => Math.Max(_inner.Width, 6.2 * _label.Length) + (4 * Curve);

    internal override double Up => _inner.Up;

    internal override double Down => Math.Max(_inner.Down + Gap, 2 * Curve) + (_label.Length > 0 ? 14 : 0);

    internal override void Draw(SvgWriter writer, double x, double y)
    {
        string n(double value) => SvgWriter.Number(value);
        double start = x + ((Width - _inner.Width) / 2);
        double bottom = y + Math.Max(_inner.Down + Gap, 2 * Curve);
        double left = x + Curve;
        double right = x + Width - Curve;
        writer.Line(x, y, start);
        writer.Line(start + _inner.Width, y, x + Width);
        writer.Path(
            $"M{n(right)} {n(y)}q{n(Curve)} 0 {n(Curve)} {n(Curve)}V{n(bottom - Curve)}q0 {n(Curve)} {n(-Curve)} {n(Curve)}"
            + $"H{n(left)}q{n(-Curve)} 0 {n(-Curve)} {n(-Curve)}V{n(y + Curve)}q0 {n(-Curve)} {n(Curve)} {n(-Curve)}");
        if (_label.Length > 0)
        {
            writer.Text("note", x + (Width / 2), bottom + 12, _label);
        }

        _inner.Draw(writer, start, y);
    }
}
