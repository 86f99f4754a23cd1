using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmtpEmbedded.Abnf.Core.Tests.Generated;
using SmtpEmbedded.Abnf.Core.Tests.Oracle;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>Gives an input to the oracle, to the automaton and to the generated parser, and fails where they differ.</summary>
internal sealed class Judge(Subject subject, int seed)
{
    private const int NeedsMore = 0;
    private const int Matched = 1;
    private const int Failed = 2;

    private readonly Random _random = new(seed);

    /// <summary>How many inputs were sentences, to show that a test was not only about failures.</summary>
    public int Sentences { get; private set; }

    /// <summary>How many inputs were judged.</summary>
    public int Inputs { get; private set; }

    /// <summary>Compares on one input.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="isSentence">Whether it is known to be one.</param>
    public void Check(byte[] input, bool isSentence = false)
    {
        bool expected = subject.Oracle.Match(input);
        Inputs++;
        Sentences += expected ? 1 : 0;
        Same(isSentence || expected, expected, "the oracle reads its own sentence", input);
        string captures = Text(subject.Oracle.Captures);
        int alternative = subject.Oracle.Alternative;
        int failedAt = subject.Oracle.FailedAt;

        CheckMatcher(subject.General, "the general matcher", input, expected, failedAt, captures);
        if (subject.Matcher != null)
        {
            CheckMatcher(subject.Matcher, "the automaton", input, expected, failedAt, captures);
        }

        if (expected && subject.Matcher != null)
        {
            Same(subject.Automaton.Alternatives[alternative], subject.Matcher.Alternative, "the automaton's alternative", input);
            Same(subject.Matcher.Alternative, subject.General.Alternative, "the general matcher's alternative", input);
        }

        if (subject.Generated.Count == 0)
        {
            return;
        }

        // A parser stops where no sentence goes on; what it read may be one.
        byte[] read = input[..failedAt];
        if (failedAt < input.Length)
        {
            expected = subject.Oracle.Match(read);
            captures = Text(subject.Oracle.Captures);
            alternative = subject.Oracle.Alternative;
        }

        foreach (int[] cuts in new[] { [], EveryOctet(input), RandomCuts(input) })
        {
            foreach (IGeneratedParser parser in subject.Generated)
            {
                CheckGenerated(parser, input, cuts, expected, failedAt, alternative, captures);
            }
        }
    }

    private void CheckMatcher(IMatcher matcher, string name, byte[] input, bool expected, int failedAt, string captures)
    {
        Same(expected, matcher.Match(input), $"what {name} says", input);
        Same(failedAt, matcher.FailedAt, $"where {name} fails", input);
        if (expected)
        {
            Same(captures, Text(matcher.Captures.Select(c => new Found(c.Rule.Name.ToLowerInvariant(), c.Start, c.End))), $"the captures of {name}", input);
        }
        else
        {
            Same(true, matcher.Expected.Count > 0 || failedAt < input.Length, $"{name} says what it expected", input);
        }
    }

    private void CheckGenerated(IGeneratedParser parser, byte[] input, int[] cuts, bool expected, int failedAt, int alternative, string captures)
    {
        parser.Reset();
        Same(0, parser.Position, "the position after Reset", input);
        int at = 0;
        int settled = 0;
        int known = 0;
        foreach (int cut in cuts.Append(input.Length))
        {
            int consumed = parser.Feed(input, at, cut - at);
            Same(true, consumed == cut - at || parser.State != NeedsMore, "reading on while it needs more", input);
            at += consumed;
            Same(at, parser.Position, "the position", input);
            CheckUndecided(parser, input, ref settled, ref known);
        }

        if (parser.State == NeedsMore)
        {
            parser.Finish();
        }

        CheckUndecided(parser, input, ref settled, ref known, isEnd: true);
        Same(failedAt, parser.Position, "where the generated parser stops", input);
        Same(expected ? Matched : Failed, parser.State, "the generated parser's outcome", input);
        if (expected)
        {
            Same(alternative, parser.Alternative, "the generated parser's alternative", input);
            Same(captures, Text(Captures(parser)), "the generated parser's captures", input);
        }
    }

    /// <summary>What was given free stays free: no capture found later begins before it, and it never shrinks.</summary>
    private void CheckUndecided(IGeneratedParser parser, byte[] input, ref int settled, ref int known, bool isEnd = false)
    {
        for (; known < parser.CaptureCount; known++)
        {
            if (parser.CaptureStart(known) < settled)
            {
                Fail($"a capture from {parser.CaptureStart(known)} after {settled} octets were decided", input);
            }
        }

        if (isEnd)
        {
            return;
        }

        int undecided = parser.Undecided;
        if (undecided < 0 || parser.Position - undecided < settled)
        {
            Fail($"{undecided} octets undecided at {parser.Position} after {settled} octets were decided", input);
        }

        settled = parser.Position - undecided;
    }

    private IEnumerable<Found> Captures(IGeneratedParser parser)
    {
        for (int i = 0; i < parser.CaptureCount; i++)
        {
            string rule = subject.Automaton.Captures[parser.CaptureRule(i)].Name.ToLowerInvariant();
            yield return new Found(rule, parser.CaptureStart(i), parser.CaptureEnd(i));
        }
    }

    private static string Text(IEnumerable<Found> captures) => string.Join(" ", captures.Order());

    private static int[] EveryOctet(byte[] input) => [.. Enumerable.Range(0, input.Length)];

    private int[] RandomCuts(byte[] input) => [.. Enumerable.Range(0, 3).Select(_ => _random.Next(input.Length + 1)).Order()];

    private void Same<T>(T expected, T actual, string what, byte[] input)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Fail($"{what}: expected {expected}, got {actual}", input);
        }
    }

    private void Fail(string what, byte[] input) => Assert.Fail($"{subject.Title}: {what}\n  input {Escape(input)}");

    /// <summary>An input as people read it, and as it can be put into a test.</summary>
    private static string Escape(byte[] input)
    {
        var text = new StringBuilder("\"");
        foreach (byte octet in input)
        {
            text.Append(octet switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                >= 0x20 and < 0x7F => ((char)octet).ToString(),
                _ => $"\\u{octet:x4}",
            });
        }

        return text.Append('"').ToString();
    }
}
