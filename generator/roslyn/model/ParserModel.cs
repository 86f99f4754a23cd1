namespace SmtpEmbedded.Abnf.Roslyn;

/// <summary>What an attribute on a partial class asks for; no symbol and no syntax in it, so that it can be compared and kept.</summary>
internal sealed record ParserModel(
    string Namespace,
    string ClassName,
    EquatableArray<string> Containers,
    string Root,
    EquatableArray<string> Captures,
    EquatableArray<string> Files,
    int MaximumCaptures,
    int MaximumDepth,
    int MaximumTableBytes,
    string Target,
    bool Explains,
    bool IsTerseOnDevice,
    bool TellsUndecided,
    bool PrefersSize,
    bool HasOwnTables,
    AttributePlace Place)
{
    /// <summary>A name for the generated file that no other class has.</summary>
    internal string HintName
    {
        get
        {
            string name = Namespace.Length > 0 ? Namespace + "." : "";
            foreach (string container in Containers)
            {
                name += container.Substring(container.LastIndexOf(' ') + 1) + ".";
            }

            return name + ClassName + ".Abnf.g.cs";
        }
    }
}

/// <summary>Where an attribute stands: offsets in characters, lines and columns from 0.</summary>
internal sealed record AttributePlace(string Path, int Start, int Length, int StartLine, int StartColumn, int EndLine, int EndColumn);
