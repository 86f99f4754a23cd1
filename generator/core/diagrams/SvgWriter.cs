using System.Globalization;
using System.Text;

namespace SmtpEmbedded.Abnf;

/// <summary>Writes the shapes of a diagram as SVG, numbers with a point and one decimal.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _text = new();

    internal static string Escape(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;");

    internal static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    internal void Raw(string line) => _text.Append(line).Append('\n');

    internal void Path(string data) => Raw($"<path class=\"track\" d=\"{data}\"/>");

    internal void Line(double x1, double y, double x2) => Path($"M{Number(x1)} {Number(y)}H{Number(x2)}");

    internal void Box(string kind, double x, double y, double width, double height, double radius) => Raw(
        $"<rect class=\"{kind}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" rx=\"{Number(radius)}\"/>");

    internal void Text(string kind, double x, double y, string text, string anchor = "middle") => Raw(
        $"<text class=\"{kind}\" x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\">{Escape(text)}</text>");

    public override string ToString() => _text.ToString();
}
