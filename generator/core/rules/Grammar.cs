using System;
using System.Collections.Generic;
using System.Linq;

namespace SmtpEmbedded.Abnf;

/// <summary>Several files' rules as one grammar: names resolved, alternatives of "=/" joined to their rule.</summary>
public sealed class Grammar
{
    private readonly Dictionary<string, Rule> _rules = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Rule> _inOrder = new();
    private readonly List<Diagnostic> _diagnostics = new();
    private readonly List<RuleRegion> _regions = new();
    private Nullability? _nullability;

    private Grammar()
    {
    }

    /// <summary>The rules the files define, in order; core rules are not among them.</summary>
    public IReadOnlyList<Rule> Rules => _inOrder;

    /// <summary>What is wrong with the files, in order of file and place.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Whether no parser can be made of it.</summary>
    public bool HasErrors => _diagnostics.Any(d => d.Descriptor.Severity == Severity.Error);

    /// <summary>Reads files and joins them to one grammar.</summary>
    public static Grammar Read(IReadOnlyList<SourceFile> files)
    {
        var grammar = new Grammar();
        var definitions = files.Select(file => AbnfReader.Read(file, grammar._diagnostics, grammar._regions)).ToList();
        foreach (RuleSyntax core in CoreRules.Read())
        {
            var rule = new Rule(core.Name, core.NameSpan, isCore: true);
            rule.Add(core);
            grammar._rules.Add(core.Name, rule);
        }

        // Definitions first, so that an extension file may come before the file it extends.
        // And core rules last of those, for what they are compared with may speak of any rule.
        foreach (RuleSyntax syntax in definitions.SelectMany(rules => rules).Where(rule => !rule.IsIncremental).OrderBy(rule => grammar.Find(rule.Name) is { IsCore: true }).ToList())
        {
            grammar.Define(syntax);
        }

        grammar._inOrder.Sort((a, b) => Order(files, a).CompareTo(Order(files, b)));

        foreach (RuleSyntax syntax in definitions.SelectMany(rules => rules).Where(rule => rule.IsIncremental))
        {
            grammar.Extend(syntax);
        }

        foreach (Rule rule in grammar._inOrder)
        {
            foreach (Element alternative in rule.Alternatives)
            {
                grammar.CheckReferences(alternative);
            }
        }

        new GrammarChecks(grammar).Run(grammar._diagnostics);
        return grammar;
    }

    private static (int File, int Offset) Order(IReadOnlyList<SourceFile> files, Rule rule)
    {
        int file = 0;
        while (file < files.Count && files[file] != rule.NameSpan.File)
        {
            file++;
        }

        return (file, rule.NameSpan.Start);
    }

    /// <summary>
    /// What is wrong with a rule, the rules it uses, and lines that belong to no rule: a parser of this rule can be made if there is
    /// no error among it.
    /// </summary>
    public IReadOnlyList<Diagnostic> DiagnosticsFor(Rule root)
    {
        HashSet<string> reached = Reach(root);
        return _diagnostics.Where(d => _regions.Find(r => r.Contains(d.Span)) is not { } region || reached.Contains(region.Name)).ToList();
    }

    /// <summary>The names of a rule and of all that it uses, undefined ones included.</summary>
    internal HashSet<string> Reach(Rule root)
    {
        var reached = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { root.Name };
        var open = new Stack<Rule>();
        open.Push(root);
        while (open.Count > 0)
        {
            foreach (string name in open.Pop().Alternatives.SelectMany(Nesting.NamesIn).Where(reached.Add))
            {
                if (Find(name) is { } rule)
                {
                    open.Push(rule);
                }
            }
        }

        return reached;
    }

    /// <summary>The rules the files define and the core rules.</summary>
    internal IEnumerable<Rule> AllRules => _rules.Values;

    /// <summary>Which rules may read nothing; all references must be defined.</summary>
    internal Nullability Nullability => _nullability ??= new Nullability(this);

    /// <summary>The rule of this name in any case, core rules included, or null.</summary>
    public Rule? Find(string name) => _rules.TryGetValue(name, out Rule? rule) ? rule : null;

    /// <summary>The end of a sentence about a misspelt name: "; did you mean 'x'?" with the nearest name there is, or a full stop.</summary>
    public string SuggestFor(string name) => Suggest(name, ".");

    private string Suggest(string name, string otherwise)
    {
        string? nearest = NearestName.Find(name, _rules.Values.Select(rule => rule.Name));
        return nearest == null ? otherwise : $"; did you mean '{nearest}'?";
    }

    private void Define(RuleSyntax syntax)
    {
        if (_rules.TryGetValue(syntax.Name, out Rule? existing))
        {
            if (existing.IsCore && SameSets(existing, syntax))
            {
                return;
            }

            if (!existing.IsCore)
            {
                existing.NameSpan.File.GetLineAndColumn(existing.NameSpan.Start, out int line, out _);
                _diagnostics.Add(new Diagnostic(Descriptors.DefinedTwice, syntax.NameSpan, syntax.Name, $"{existing.NameSpan.File.Name}:{line + 1}"));
                return;
            }

            // RFC 8259 does so with "char": the grammar's own rule holds in the grammar.
            _diagnostics.Add(new Diagnostic(Descriptors.ReplacesCoreRule, syntax.NameSpan, syntax.Name, existing.Name));
            _rules.Remove(syntax.Name);
        }

        var rule = new Rule(syntax.Name, syntax.NameSpan, isCore: false);
        rule.Add(syntax);
        _rules.Add(syntax.Name, rule);
        _inOrder.Add(rule);
    }

    private void Extend(RuleSyntax syntax)
    {
        Rule? rule = Find(syntax.Name);
        if (rule == null)
        {
            _diagnostics.Add(new Diagnostic(Descriptors.ExtendsNothing, syntax.NameSpan, syntax.Name, Suggest(syntax.Name, "; write '=', or add the file that defines it.")));
            return;
        }

        if (rule.IsCore)
        {
            // RFC 6532 does so with VCHAR: from here on it is a rule of the grammar.
            rule = rule.Copy(syntax.NameSpan);
            _rules[rule.Name] = rule;
            _inOrder.Add(rule);
        }

        rule.Add(syntax);
    }

    /// <summary>Whether a redefinition of a core rule reads the same as the core rule: compared by what the two read, not by spelling.</summary>
    private bool SameSets(Rule core, RuleSyntax syntax)
    {
        var redefinition = new Rule(syntax.Name, syntax.NameSpan, isCore: false);
        redefinition.Add(syntax);
        return CoreComparison.ReadTheSame(core, redefinition, Find);
    }

    private void CheckReferences(Element element)
    {
        switch (element)
        {
            case Alternation alternation:
                foreach (Element alternative in alternation.Alternatives)
                {
                    CheckReferences(alternative);
                }

                break;
            case Concatenation concatenation:
                foreach (Element part in concatenation.Parts)
                {
                    CheckReferences(part);
                }

                break;
            case Repetition { Maximum: 0, Element: ProseValue }:
                // RFC 3986's way to write what is empty: "0<pchar>".
                break;
            case Repetition repetition:
                CheckReferences(repetition.Element);
                break;
            case RuleReference reference when Find(reference.Name) == null:
                _diagnostics.Add(new Diagnostic(Descriptors.UndefinedRule, reference.Span, reference.Name, Suggest(reference.Name, "; define it, or add the file that does.")));
                break;
            case ProseValue prose:
                Rule? named = Find(prose.Text);
                string hint = named == null ? "" : $": {named.Name} without the brackets";
                _diagnostics.Add(new Diagnostic(Descriptors.Prose, prose.Span, $"<{prose.Text}>", hint));
                break;
        }
    }
}
