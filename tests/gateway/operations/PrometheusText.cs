using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace SmtpEmbedded.Gateway.Tests;

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: every line must be one of its forms, TYPE comes before the samples of its
/// metric and once, no sample twice, counters end in _total, the buckets of a histogram rise to its count.
/// </summary>
public sealed partial class PrometheusText
{
    private readonly Dictionary<string, string> _types = new();
    private readonly HashSet<string> _closed = new();

    public Dictionary<string, double> Samples { get; } = new();

    public HashSet<string> Helped { get; } = new();

    public static PrometheusText Read(string text)
    {
        Assert.EndsWith("\n", text);
        Assert.DoesNotContain('\r', text);
        var result = new PrometheusText();
        string current = "";
        foreach (string line in text.Split('\n')[..^1])
        {
            if (line == "# EOF" || line.Length == 0)
            {
                continue;
            }

            string metric = line[0] == '#' ? result.TakeComment(line) : result.TakeSample(line);
            if (metric != current)
            {
                Assert.True(result._closed.Add(metric), $"the lines of {metric} are not together");
                current = metric;
            }
        }

        foreach (string histogram in result._types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            result.JudgeHistogram(histogram);
        }

        return result;
    }

    public double this[string sample] => Samples.TryGetValue(sample, out double value) ? value : throw new KeyNotFoundException($"{sample} is not among {string.Join(", ", Samples.Keys)}");

    private string TakeComment(string line)
    {
        Match match = Comment().Match(line);
        Assert.True(match.Success, line);
        string name = match.Groups["name"].Value;
        if (match.Groups["kind"].Value == "TYPE")
        {
            Assert.Contains(match.Groups["rest"].Value, new[] { "counter", "gauge", "histogram", "summary", "untyped" });
            Assert.True(_types.TryAdd(name, match.Groups["rest"].Value), $"{name} has two types");
        }
        else
        {
            Assert.True(Helped.Add(name), $"{name} has two helps");
        }

        return name;
    }

    private string TakeSample(string line)
    {
        Match match = Sample().Match(line);
        Assert.True(match.Success, line);
        string name = match.Groups["name"].Value;
        string metric = _types.ContainsKey(name) ? name : Suffix().Replace(name, "");
        Assert.True(_types.ContainsKey(metric), $"{name} has no TYPE before it");
        if (_types[metric] == "counter")
        {
            Assert.EndsWith("_total", name);
        }

        double value = match.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        Assert.True(Samples.TryAdd(name + match.Groups["labels"].Value, value), $"{line} is there twice");
        return metric;
    }

    private void JudgeHistogram(string name)
    {
        List<KeyValuePair<string, double>> buckets = Samples.Where(sample => sample.Key.StartsWith(name + "_bucket{", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(buckets);
        Assert.EndsWith("le=\"+Inf\"}", buckets[^1].Key);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.Equal(buckets[^1].Value, Samples[name + "_count"]);
        Assert.True(Samples.ContainsKey(name + "_sum"));
    }

    [GeneratedRegex("^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\\\|\\"|\\n)*",?)*\})? (?<value>[+-]Inf|NaN|[+-]?[0-9.]+([eE][+-]?[0-9]+)?)( -?[0-9]+)?$""")]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
