using System;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace SmtpEmbedded.Fuzz;

/// <summary>What SharpFuzz's instrumentation counts while an input runs: branches taken, in the form AFL made common.</summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 65536;

    private readonly byte[] _seen = new byte[Size];
    private readonly byte[] _class = new byte[256];

    public CoverageMap()
    {
        // How often matters by orders of magnitude: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, more.
        for (int i = 1; i < 256; i++)
        {
            _class[i] = (byte)(i < 4 ? 1 << (i - 1) : i < 8 ? 8 : i < 16 ? 16 : i < 32 ? 32 : i < 128 ? 64 : 128);
        }
    }

    /// <summary>How many branches have been seen at all.</summary>
    public int Branches { get; private set; }

    /// <summary>Before any instrumented code runs.</summary>
    public static void Prepare() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);

    public void Clear()
    {
        new Span<byte>(Trace.SharedMem, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the input that ran since <see cref="Clear"/> has gone where none has before, or much more often.</summary>
    public bool IsNews()
    {
        bool news = false;
        var counts = new ReadOnlySpan<byte>(Trace.SharedMem, Size);
        for (int i = counts.IndexOfAnyExcept((byte)0); i >= 0;)
        {
            byte bit = _class[counts[i]];
            if ((_seen[i] & bit) == 0)
            {
                Branches += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= bit;
                news = true;
            }

            int next = counts[(i + 1)..].IndexOfAnyExcept((byte)0);
            i = next < 0 ? -1 : i + 1 + next;
        }

        return news;
    }
}
