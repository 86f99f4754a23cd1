using System.Collections.Generic;
using SmtpEmbedded.Benchmarks.Measuring;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>A part of a line: offsets, the end exclusive.</summary>
internal readonly record struct Part(int Start, int End);

/// <summary>A keyword, and its value if it has one.</summary>
internal readonly record struct Parameter(Part Keyword, Part? Value);

/// <summary>What a path names: the domains of its route, a local part, and a domain if it is not an address literal.</summary>
internal sealed record PathParts(IReadOnlyList<Part> Route, Part LocalPart, Part? Domain);

/// <summary>What the combinator libraries make of a command line: an object each for what it has, as their users would.</summary>
internal sealed record CommandLineModel(Part? Domain, PathParts? Path, IReadOnlyList<Parameter> Parameters)
{
    public static readonly CommandLineModel Plain = new(null, null, []);

    public int CaptureCount
    {
        get
        {
            int count = Domain == null ? 0 : 1;
            count += Path == null ? 0 : Path.Route.Count + 1 + (Path.Domain == null ? 0 : 1);
            foreach (Parameter parameter in Parameters)
            {
                count += parameter.Value == null ? 1 : 2;
            }

            return count;
        }
    }

    public uint Print
    {
        get
        {
            uint print = Of(Prints.Domain, Domain);
            if (Path != null)
            {
                print += Of(Prints.LocalPart, Path.LocalPart) + Of(Prints.Domain, Path.Domain);
                foreach (Part domain in Path.Route)
                {
                    print += Of(Prints.Domain, domain);
                }
            }

            foreach (Parameter parameter in Parameters)
            {
                print += Of(Prints.EsmtpKeyword, parameter.Keyword) + Of(Prints.EsmtpValue, parameter.Value);
            }

            return print;
        }
    }

    private static uint Of(int rule, Part? part) => part == null ? 0 : Prints.Of(rule, part.Value.Start, part.Value.End);
}
