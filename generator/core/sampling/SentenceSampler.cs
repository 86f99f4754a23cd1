using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>
/// Makes random sentences of a rule. Where it has a choice it goes towards an alternative that no sentence has shown yet, and
/// takes the least used one when all have been shown; so every alternative is covered before any is repeated without need.
/// The same seed gives the same sentences. Not for several threads at once.
/// </summary>
public sealed class SentenceSampler
{
    /// <summary>Past this depth of rules within rules it takes the shortest way out.</summary>
    private const int ComfortableDepth = 24;

    /// <summary>Past this many octets it takes the shortest way out too.</summary>
    private const int ComfortableLength = 200;

    /// <summary>As long as a sentence may grow for the sake of alternatives that no shorter one shows.</summary>
    private const int LongestSentence = 100_000;

    /// <summary>A grammar whose counted repetitions ask for more than this has no sentences here.</summary>
    private const int MostOctets = 16 << 20;

    /// <summary>How much is remembered of what leads where; a larger grammar is covered by chance.</summary>
    private const int MostReaches = 2_000_000;

    private readonly Grammar _grammar;
    private readonly Rule _root;
    private readonly Random _random;
    private readonly Dictionary<Element, int> _uses = new();
    private readonly Dictionary<Element, HashSet<Element>> _reaches = new();
    private readonly Dictionary<Rule, int> _heights = new();
    private readonly List<byte> _sentence = new();
    private int _longest = ComfortableLength;
    private bool _isFresh;
    private bool _allShown;

    /// <summary>Makes a sampler.</summary>
    /// <param name="grammar">A grammar without errors.</param>
    /// <param name="root">The rule whose sentences are made.</param>
    /// <param name="seed">The same seed gives the same sentences.</param>
    public SentenceSampler(Grammar grammar, Rule root, int seed)
    {
        _grammar = grammar;
        _root = root;
        _random = new Random(seed);
        FindHeights();
        FindReaches();
    }

    /// <summary>How many alternatives the root can reach, and how many of them the sentences so far have shown.</summary>
    public (int Shown, int All) Coverage
    {
        get
        {
            List<Element> all = _root.Alternatives.SelectMany(a => _reaches[a]).Distinct().ToList();
            return (all.Count(_uses.ContainsKey), all.Count);
        }
    }

    /// <summary>Makes the next sentence, as octets.</summary>
    /// <exception cref="InvalidOperationException">It would have more than 16 MiB.</exception>
    public byte[] Next()
    {
        _sentence.Clear();
        _isFresh = false;
        Choose(_root.Alternatives, 0);

        // What only long sentences can show is shown by long sentences.
        if (!_isFresh && !_allShown)
        {
            (int shown, int all) = Coverage;
            _allShown = shown == all;
        }

        _longest = _isFresh || _allShown ? ComfortableLength : Math.Min(2 * _longest, LongestSentence);
        return _sentence.ToArray();
    }

    private void Choose(IReadOnlyList<Element> alternatives, int depth)
    {
        Element chosen = alternatives[0];
        if (depth > ComfortableDepth || _sentence.Count > _longest)
        {
            chosen = alternatives.OrderBy(Height).First();
        }
        else if (alternatives.Count > 1)
        {
            List<Element> fresh = alternatives.Where(a => _reaches[a].Any(e => !_uses.ContainsKey(e))).ToList();
            IReadOnlyList<Element> candidates = fresh.Count > 0 ? fresh : alternatives;
            int fewest = candidates.Min(Uses);
            List<Element> least = candidates.Where(a => Uses(a) == fewest).ToList();
            chosen = least[_random.Next(least.Count)];
        }

        _isFresh |= Uses(chosen) == 0;
        _uses[chosen] = Uses(chosen) + 1;
        Write(chosen, depth);
    }

    private int Uses(Element element) => _uses.TryGetValue(element, out int uses) ? uses : 0;

    private void Write(Element element, int depth)
    {
        switch (element)
        {
            case Alternation alternation:
                Choose(alternation.Alternatives, depth + 1);
                break;
            case Concatenation concatenation:
                foreach (Element part in concatenation.Parts)
                {
                    Write(part, depth);
                }

                break;
            case Repetition repetition:
                for (int rounds = Rounds(repetition, depth); rounds > 0; rounds--)
                {
                    if (_sentence.Count > MostOctets)
                    {
                        throw new InvalidOperationException($"The sentences of '{_root.Name}' have more than {MostOctets} octets.");
                    }

                    Write(repetition.Element, depth + 1);
                }

                break;
            case Literal literal:
                foreach (char c in literal.Text)
                {
                    bool swap = !literal.IsCaseSensitive && AbnfReader.IsLetter(c) && _random.Next(4) == 0;
                    _sentence.Add((byte)(swap ? c ^ 0x20 : c));
                }

                break;
            case NumericSequence sequence:
                foreach (int value in sequence.Values)
                {
                    WriteCharacter(value, value > 0xFF);
                }

                break;
            case NumericRange range:
                WriteCharacter(OneOf(range), range.Last > 0xFF);
                break;
            case RuleReference reference:
                Choose(_grammar.Find(reference.Name)!.Alternatives, depth + 1);
                break;
        }
    }

    /// <summary>Often the bounds, now and then more: mistakes live at the edges.</summary>
    private int Rounds(Repetition repetition, int depth)
    {
        int least = repetition.Minimum;
        int most = repetition.Maximum == Repetition.Unbounded ? least + 8 : repetition.Maximum;
        if (depth > ComfortableDepth || _sentence.Count > _longest)
        {
            return least;
        }

        if (least == 0 && Reached(repetition.Element).Any(e => !_uses.ContainsKey(e)))
        {
            return 1;
        }

        switch (_random.Next(6))
        {
            case 0: return least;
            case 1: return Math.Min(most, least + 1);
            case 2: return most;
            default: return least + _random.Next(most - least + 1);
        }
    }

    private int OneOf(NumericRange range)
    {
        while (true)
        {
            int value = _random.Next(5) switch
            {
                0 => range.First,
                1 => range.Last,
                _ => range.First + _random.Next(range.Last - range.First + 1),
            };
            if (value < 0xD800 || value > 0xDFFF)
            {
                return value;
            }

            if (range.First >= 0xD800 && range.Last <= 0xDFFF)
            {
                return 0xFFFD;
            }
        }
    }

    private void WriteCharacter(int value, bool isUnicode)
    {
        if (!isUnicode)
        {
            _sentence.Add((byte)value);
            return;
        }

        _sentence.AddRange(System.Text.Encoding.UTF8.GetBytes(char.ConvertFromUtf32(value)));
    }

    /// <summary>How many rules within rules the shortest way through each rule takes.</summary>
    private void FindHeights()
    {
        List<Rule> rules = _grammar.AllRules.Reverse().ToList();
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (Rule rule in rules)
            {
                int height = rule.Alternatives.Min(Height);
                if (height < int.MaxValue && (!_heights.TryGetValue(rule, out int known) || height + 1 < known))
                {
                    _heights[rule] = height + 1;
                    changed = true;
                }
            }
        }
    }

    private int Height(Element element) => element switch
    {
        Alternation a => a.Alternatives.Min(Height),
        Concatenation c => c.Parts.Max(Height),
        Repetition r => r.Minimum == 0 ? 0 : Height(r.Element),
        RuleReference r => _heights.TryGetValue(_grammar.Find(r.Name)!, out int height) ? height : int.MaxValue,
        _ => 0,
    };

    /// <summary>For every alternative the alternatives that a sentence through it can show, itself included.</summary>
    private void FindReaches()
    {
        var alternatives = new List<Element>();
        foreach (Rule rule in _grammar.AllRules)
        {
            alternatives.AddRange(rule.Alternatives);
            alternatives.AddRange(rule.Alternatives.SelectMany(AlternativesInside));
        }

        foreach (Element alternative in alternatives)
        {
            _reaches[alternative] = new HashSet<Element> { alternative };
        }

        // Rules mostly speak of later ones: from the last to the first it takes few rounds.
        alternatives.Reverse();
        bool grew = true;
        int all = alternatives.Count;
        while (grew)
        {
            grew = false;
            foreach (Element alternative in alternatives)
            {
                int before = _reaches[alternative].Count;
                _reaches[alternative].UnionWith(Reached(alternative));
                int more = _reaches[alternative].Count - before;
                grew |= more > 0;
                all += more;
                if (all > MostReaches)
                {
                    return;
                }
            }
        }
    }

    private static IEnumerable<Element> AlternativesInside(Element element) => element switch
    {
        Alternation a => a.Alternatives.Concat(a.Alternatives.SelectMany(AlternativesInside)),
        Concatenation c => c.Parts.SelectMany(AlternativesInside),
        Repetition r => AlternativesInside(r.Element),
        _ => Enumerable.Empty<Element>(),
    };

    private IEnumerable<Element> Reached(Element element) => element switch
    {
        Alternation a => a.Alternatives.SelectMany(e => _reaches[e]),
        Concatenation c => c.Parts.SelectMany(Reached),
        Repetition r => Reached(r.Element),
        RuleReference r => _grammar.Find(r.Name)!.Alternatives.SelectMany(e => _reaches[e]),
        _ => Enumerable.Empty<Element>(),
    };
}
