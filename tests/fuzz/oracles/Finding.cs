using System;

namespace SmtpEmbedded.Fuzz;

/// <summary>Something that must not be.</summary>
internal sealed class Finding(string what) : Exception(what)
{
    public static void When(bool holds, string what)
    {
        if (holds)
        {
            throw new Finding(what);
        }
    }
}
