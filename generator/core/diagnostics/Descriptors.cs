using System.Collections.Generic;

namespace SmtpEmbedded.Abnf;

/// <summary>Every complaint the compiler knows. Ids are stable; each has a page in generator/diagnostics.</summary>
public static class Descriptors
{
    /// <summary>Something stands where ABNF allows something else.</summary>
    public static readonly DiagnosticDescriptor Syntax = new("ABNF001", Severity.Error, "Syntax error", "{0}");

    /// <summary>A rule is named that no file defines.</summary>
    public static readonly DiagnosticDescriptor UndefinedRule = new("ABNF002", Severity.Error, "Undefined rule", "No rule is named '{0}'{1}");

    /// <summary>Alternatives are added to a rule that no file defines.</summary>
    public static readonly DiagnosticDescriptor ExtendsNothing = new("ABNF003", Severity.Error, "'=/' without a rule", "'=/' adds alternatives to '{0}', but no file defines it with '='{1}");

    /// <summary>A rule is defined a second time.</summary>
    public static readonly DiagnosticDescriptor DefinedTwice = new("ABNF004", Severity.Error, "Rule defined twice", "'{0}' is already defined at {1}; write '=/' to add alternatives, or give this rule another name.");

    /// <summary>A form of another notation stands for the ABNF form.</summary>
    public static readonly DiagnosticDescriptor ForeignNotation = new("ABNF005", Severity.Error, "Not the ABNF form", "'{0}' is not ABNF; write '{1}' {2}.");

    /// <summary>A range ends before it begins.</summary>
    public static readonly DiagnosticDescriptor InvertedRange = new("ABNF006", Severity.Error, "Inverted range", "The range '{0}' ends before it begins; write '{1}'.");

    /// <summary>A repetition's upper bound is below its lower bound.</summary>
    public static readonly DiagnosticDescriptor SwappedRepeat = new("ABNF007", Severity.Error, "Swapped repeat bounds", "The repeat '{0}' asks for at least {1} and at most {2}; write '{2}*{1}'.");

    /// <summary>White space stands between a repeat and what it repeats.</summary>
    public static readonly DiagnosticDescriptor SpaceAfterRepeat = new("ABNF008", Severity.Error, "Space after repeat", "A repeat stands directly before its element; write '{0}' without the space after it.");

    /// <summary>Prose stands where a parser needs a rule.</summary>
    public static readonly DiagnosticDescriptor Prose = new("ABNF009", Severity.Error, "Prose value", "No parser can be made of the prose '{0}'; write the rule it speaks of{1}.");

    /// <summary>A rule needs itself before it reads anything.</summary>
    public static readonly DiagnosticDescriptor LeftRecursion = new("ABNF010", Severity.Error, "Left recursion", "'{0}' begins with itself ({1}), so a parser of it would enter it again and again and read nothing; write the list as a repetition: what it begins with, then *( what follows ).");

    /// <summary>Which calls of nested rules an input is inside of shows only later, without bound.</summary>
    public static readonly DiagnosticDescriptor UndecidableNesting = new("ABNF011", Severity.Error, "Nesting not decidable", "How often '{0}' is entered shows only after unboundedly many bytes; make what encloses it begin and end with octets of their own, such as brackets.");

    /// <summary>A number stands for no octet and no character.</summary>
    public static readonly DiagnosticDescriptor ValueTooLarge = new("ABNF012", Severity.Error, "Value out of range", "'{0}' is neither an octet (up to %xFF) nor a character of Unicode (up to %x10FFFF).");

    /// <summary>The root or a captured rule does not exist.</summary>
    public static readonly DiagnosticDescriptor UnknownRequestedRule = new("ABNF013", Severity.Error, "Unknown rule asked for", "The parser asks for the {0} '{1}', but no rule has this name{2}");

    /// <summary>The automaton would be larger than can be built.</summary>
    public static readonly DiagnosticDescriptor TooLarge = new("ABNF014", Severity.Error, "Automaton too large", "The automaton of '{0}' grows past {1} {2}, {3}.");

    /// <summary>The places of captures cannot be decided while reading.</summary>
    public static readonly DiagnosticDescriptor UndecidableCaptures = new("ABNF015", Severity.Error, "Captures not decidable", "Where the captures of '{0}' lie shows only after unboundedly many bytes (for instance after {1}); capture fewer rules or make the alternatives begin differently.");

    /// <summary>A grammar file that a parser names is not there.</summary>
    public static readonly DiagnosticDescriptor UnknownFile = new("ABNF016", Severity.Error, "Unknown grammar file", "The parser asks for the grammar file '{0}', but no AbnfGrammar item has this name.");

    /// <summary>A rule needs itself to end, so that no input is ever read by it.</summary>
    public static readonly DiagnosticDescriptor MatchesNothing = new("ABNF017", Severity.Error, "Rule matches nothing", "No input matches '{0}', for every alternative of it contains it again; give it an alternative that ends.");

    /// <summary>What is repeated without bound may read nothing.</summary>
    public static readonly DiagnosticDescriptor RepeatsNothing = new("ABNF018", Severity.Warning, "Repetition of nothing", "'{0}' is repeated without bound but may be empty; empty rounds are not counted, so write what is repeated so that it reads something.");

    /// <summary>An input has two readings that capture different places.</summary>
    public static readonly DiagnosticDescriptor AmbiguousCaptures = new("ABNF019", Severity.Warning, "Ambiguous captures", "The captures of '{0}' have two readings, for instance of {1}: the preferred one has {2}, the other {3}; write the grammar so that only one is possible, or capture another rule.");

    /// <summary>Earlier alternatives read all that an alternative reads.</summary>
    public static readonly DiagnosticDescriptor NeverChosen = new("ABNF020", Severity.Warning, "Alternative never chosen", "The alternative '{0}' is never chosen: earlier ones read everything it reads; leave it out or put it before them.");

    /// <summary>A core rule is defined anew, to say something else.</summary>
    public static readonly DiagnosticDescriptor ReplacesCoreRule = new("ABNF021", Severity.Warning, "Core rule replaced", "'{0}' replaces the core rule '{1}' of RFC 5234 in this grammar and says something else; give it another name unless that is meant.");

    /// <summary>A target that there is no emitter for.</summary>
    public static readonly DiagnosticDescriptor UnknownTarget = new("ABNF022", Severity.Error, "Unknown target", "No parser can be written for '{0}'; write \"net\", \"nanoframework\", or no Target at all.");

    /// <summary>Nothing speaks of a rule.</summary>
    public static readonly DiagnosticDescriptor UnusedRule = new("ABNF023", Severity.Info, "Unused rule", "No rule that is used speaks of '{0}'; leave it out unless a parser begins with it.");

    /// <summary>A parser is larger than its target, or its author, allows.</summary>
    public static readonly DiagnosticDescriptor OverBudget = new("ABNF024", Severity.Error, "Over budget", "The parser of '{0}' takes {1} octets of tables in memory, {2}; the rule '{3}' costs most, {4} of its {5} states: write it more simply, bound it in code instead, or make it a parser of its own.");

    /// <summary>An octet past ASCII stands among characters that are read as UTF-8.</summary>
    public static readonly DiagnosticDescriptor OctetAmongCharacters = new("ABNF025", Severity.Warning, "Octet among characters", "'{0}' is one octet, but beside it stands '{1}', which is read as UTF-8; write '{2}' for the character.");

    /// <summary>All of them, in order of their ids.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = new[]
    {
        Syntax, UndefinedRule, ExtendsNothing, DefinedTwice, ForeignNotation, InvertedRange, SwappedRepeat, SpaceAfterRepeat,
        Prose, LeftRecursion, UndecidableNesting, ValueTooLarge, UnknownRequestedRule, TooLarge, UndecidableCaptures, UnknownFile,
        MatchesNothing, RepeatsNothing, AmbiguousCaptures, NeverChosen, ReplacesCoreRule, UnknownTarget,
        UnusedRule, OverBudget, OctetAmongCharacters,
    };
}
