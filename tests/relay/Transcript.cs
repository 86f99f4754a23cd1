using System;
using System.Text;

namespace SmtpEmbedded.Relay.Tests;

/// <summary>Notes what a relay says in a test, octet by octet, so that two builds of it can be compared (tests/relay.nanoframework).</summary>
internal static class Transcript
{
    [ThreadStatic]
    private static StringBuilder? s_notes;

    /// <summary>Runs a test of one thread; returns what was noted meanwhile.</summary>
    public static string Of(Action test)
    {
        StringBuilder notes = new();
        s_notes = notes;
        try
        {
            test();
        }
        finally
        {
            s_notes = null;
        }

        return notes.ToString();
    }

    /// <summary>Octets; character n stands for octet n.</summary>
    public static void Note(string what, byte[] bytes, int offset, int count) =>
        s_notes?.Append(what).Append(' ').Append(Encoding.Latin1.GetString(bytes, offset, count)).Append('\n');

    public static void Note(string what, string text) => s_notes?.Append(what).Append(' ').Append(text).Append('\n');
}
