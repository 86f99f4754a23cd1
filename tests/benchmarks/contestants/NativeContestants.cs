using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using SmtpEmbedded.Benchmarks.Measuring;

namespace SmtpEmbedded.Benchmarks.Contestants;

/// <summary>The contestants in C. One call reads all lines, so that the way into C and back costs nothing that could be seen.</summary>
internal static unsafe class NativeContestants
{
    public static IEnumerable<Contestant> Load(string library)
    {
        nint handle = NativeLibrary.Load(library);
        Contestant Of(string name, string entry, Discipline discipline) => new(name, discipline, Read(NativeLibrary.GetExport(handle, entry)));

        foreach ((string name, string prefix) in new[] { ("Ragel -G2", "ragel_g2"), ("Ragel -T0", "ragel_t0"), ("re2c -b", "re2c_b"), ("re2c -g", "re2c_g") })
        {
            yield return Of(name, prefix + "_command", Discipline.Commands);
            yield return Of(prefix.StartsWith("re2c", StringComparison.Ordinal) ? name + ", m-tags" : name, prefix + "_command_captures", Discipline.CommandCaptures);
            yield return Of(name, prefix + "_reply", Discipline.Replies);
        }
    }

    /// <summary>The loop that only adds the octets of a line: the limit, not a contestant.</summary>
    public static ReadLines ByteSum(string library) => Read(NativeLibrary.GetExport(NativeLibrary.Load(library), "byte_sum"));

    private static ReadLines Read(nint entry)
    {
        var call = (delegate* unmanaged<byte*, int*, int, byte*, uint*, int>)entry;
        return (lines, verdicts) =>
        {
            fixed (byte* data = lines.Data)
            fixed (int* starts = lines.Starts)
            {
                if (verdicts == null)
                {
                    return call(data, starts, lines.Count, null, null);
                }

                var sentences = new byte[lines.Count];
                var prints = new uint[lines.Count];
                fixed (byte* sentence = sentences)
                fixed (uint* print = prints)
                {
                    int sum = call(data, starts, lines.Count, sentence, print);
                    for (int i = 0; i < lines.Count; i++)
                    {
                        verdicts[i] = new Verdict(sentences[i] != 0, prints[i]);
                    }

                    return sum;
                }
            }
        };
    }
}
