using System.Collections.Generic;

namespace SmtpEmbedded.Gateway.Sending;

/// <summary>
/// The command line as programs write it for sendmail: <c>-fADDRESS</c> in one word, <c>-oi</c>, <c>-bm</c>, <c>-odb</c> and more
/// that mean nothing here. Turned into what our own command line knows.
/// </summary>
internal static class SendmailArguments
{
    /// <summary>Rewrites the words behind <c>send</c>.</summary>
    /// <returns>The words; null for a mode of sendmail that sends no mail, with <paramref name="mistake"/>.</returns>
    public static string[]? Normalize(IReadOnlyList<string> words, out string mistake)
    {
        mistake = "";
        var result = new List<string>();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (word == "--")
            {
                for (; i < words.Count; i++)
                {
                    result.Add(words[i]);
                }

                break;
            }

            if (word.Length < 2 || word[0] != '-' || word.StartsWith("--", System.StringComparison.Ordinal))
            {
                result.Add(word);
                continue;
            }

            switch (word[1])
            {
                // Takes a value, in the same word or the next.
                case 'f' or 'r' or 'F':
                    result.Add(word[1] == 'F' ? "-F" : "-f");
                    if (word.Length > 2)
                    {
                        result.Add(word[2..]);
                    }
                    else if (++i < words.Count)
                    {
                        result.Add(words[i]);
                    }

                    break;

                case 'b' when word != "-bm":
                    mistake = $"{word}: this sendmail only sends mail (-bm)";
                    return null;

                case 'o' when word is "-oi":
                    result.Add("-i");
                    break;

                // -B BODY, -N NOTIFY, -O OPTION, -R RETURN, -V ENVELOPE-ID, -h HOPS, -L TAG, -p PROTOCOL, -X FILE: their values are not used.
                case 'B' or 'N' or 'O' or 'R' or 'V' or 'h' or 'L' or 'p' or 'X':
                    if (word.Length == 2)
                    {
                        i++;
                    }

                    break;

                // -bm, -odb, -oem, -oo, -m, -n, -v, -U, -G: the way it is anyway, or nothing to us.
                case 'b' or 'o' or 'e' or 'm' or 'n' or 'v' or 'U' or 'G':
                    break;

                // -ti and the like, letters in one word.
                case 't' or 'i':
                    foreach (char letter in word[1..])
                    {
                        result.Add("-" + letter);
                    }

                    break;

                default:
                    result.Add(word);
                    break;
            }
        }

        return result.ToArray();
    }
}
