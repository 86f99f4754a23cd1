using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmtpEmbedded.Abnf.Core.Tests.Fuzz;

internal static class Inputs
{
    /// <summary>All strings over some letters up to a length, the short ones first.</summary>
    public static List<byte[]> AllOver(string letters, int length)
    {
        var strings = new List<byte[]> { System.Array.Empty<byte>() };
        for (int i = 0; i < strings.Count && strings[i].Length < length; i++)
        {
            byte[] shorter = strings[i];
            strings.AddRange(Encoding.ASCII.GetBytes(letters).Select(letter => (byte[])[.. shorter, letter]));
        }

        return strings;
    }
}
