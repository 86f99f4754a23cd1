using System;
using System.Diagnostics;

// The compiler goes by the name below alone. nanoFramework's own class of that name is for methods only.
#pragma warning disable CS0436

namespace System.Diagnostics
{
    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class ConditionalAttribute : Attribute
    {
        public ConditionalAttribute(string conditionString)
        {
            ConditionString = conditionString;
        }

        public string ConditionString { get; }
    }
}

namespace SmtpEmbedded.Abnf
{
    /// <summary>
    /// Asks for a parser of an ABNF rule: the partial class it stands on gets the parser's members. The attribute is read by the
    /// compiler only; nothing of it is in the program.
    /// </summary>
    [AttributeUsage(AttributeTargets.Class)]
    [Conditional("SMTPEMBEDDED_ABNF_KEEP_ATTRIBUTES")]
    public sealed class AbnfParserAttribute : Attribute
    {
        /// <summary>Asks for a parser.</summary>
        /// <param name="root">The rule a whole input is read by, in any case.</param>
        public AbnfParserAttribute(string root)
        {
            Root = root;
        }

        /// <summary>The rule a whole input is read by.</summary>
        public string Root { get; }

        /// <summary>The rules whose places the parser notes, blanks between; rules that are not named cost nothing.</summary>
        public string Captures { get; set; }

        /// <summary>The names of the grammar files, blanks between, without folders; all AbnfGrammar items when not set.</summary>
        public string Files { get; set; }

        /// <summary>How many captures the parser holds at once; 32 when not set. Each takes 12 bytes.</summary>
        public int MaxCaptures { get; set; }

        /// <summary>How deep rules that contain themselves may nest; 32 when not set. An input that goes deeper fails.</summary>
        public int MaxDepth { get; set; }

        /// <summary>
        /// What the parser is to run on: "net" (the automaton as code, over spans) or "nanoframework" (small tables, runs everywhere).
        /// When not set, what the project compiles against decides.
        /// </summary>
        public string Target { get; set; }

        /// <summary>How many octets of memory the tables of a parser for nanoFramework may take; more is an error. As many as the target takes when not set.</summary>
        public int MaxTableBytes { get; set; }

        /// <summary>Leaves out the texts that say what was expected, to save flash.</summary>
        public bool OmitExplanations { get; set; }

        /// <summary>
        /// Leaves out those texts on nanoFramework alone: FailedRule and Expected are there and empty, so that the same source
        /// compiles for .NET, where they say all.
        /// </summary>
        public bool TerseOnDevice { get; set; }

        /// <summary>Leaves out Undecided, which only readers of endless inputs need, to save flash.</summary>
        public bool OmitUndecided { get; set; }

        /// <summary>On nanoFramework, writes small tables and one loop instead of code for each state: less flash, twice the instructions.</summary>
        public bool PreferSize { get; set; }

        /// <summary>
        /// On nanoFramework, gives each parser tables of its own, for a parser that is needed seldom: their memory is free again with
        /// it. When not set all parsers of a class share one set, which stays.
        /// </summary>
        public bool OwnTables { get; set; }
    }
}
