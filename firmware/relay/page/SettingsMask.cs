using System;
using System.Text;

namespace SmtpEmbedded.Relay.Page;

/// <summary>Takes the secrets out of a settings file before it goes to a browser, and puts them back when it returns. One thread at a time.</summary>
internal sealed class SettingsMask
{
    private const int MostSecrets = 9;
    private const int Piece = 64;
    private const string Mask = "********";

    private readonly SettingsParser _parser = new SettingsParser();
    private readonly int[] _starts = new int[MostSecrets];
    private readonly int[] _ends = new int[MostSecrets];
    private int _count;

    /// <summary>Whether a value must not leave this machine. Whoever adds a secret to the grammar adds it here; a test looks for names that sound like one.</summary>
    public static bool IsSecret(SettingsParser.Rule rule)
    {
#if NANOFRAMEWORK_1_0
        return rule == SettingsParser.Rule.SmarthostPassword;
#else
        // A command line may hold a secret as well.
        return rule == SettingsParser.Rule.SmarthostPassword || rule == SettingsParser.Rule.ClientSecret
            || rule == SettingsParser.Rule.RefreshToken || rule == SettingsParser.Rule.TokenCommand;
#endif
    }

    /// <summary>The file with each secret replaced by its number.</summary>
    /// <returns>Null when the file is no settings file: then nobody knows where its secrets are.</returns>
    public byte[]? Hide(byte[] file)
    {
        if (!Find(file))
        {
            return null;
        }

        byte[] result = file;
        for (int i = _count - 1; i >= 0; i--)
        {
            byte[] mask = Encoding.UTF8.GetBytes(Mask + i.ToString());
            result = Replace(result, _starts[i], _ends[i], mask, 0, mask.Length);
        }

        return result;
    }

    /// <summary>The file from the browser with the secrets it does not know put back.</summary>
    public byte[] Restore(byte[] file, byte[] secrets)
    {
        Find(file);
        int count = _count;
        int[] starts = new int[count];
        int[] ends = new int[count];
        Array.Copy(_starts, 0, starts, 0, count);
        Array.Copy(_ends, 0, ends, 0, count);
        Find(secrets);
        byte[] mask = Encoding.UTF8.GetBytes(Mask);
        for (int i = count - 1; i >= 0; i--)
        {
            int number = ends[i] - starts[i] == mask.Length + 1 && Ascii.AreEqual(file, starts[i], mask, 0, mask.Length) ? file[ends[i] - 1] - '0' : -1;
            if (number >= 0 && number < _count)
            {
                file = Replace(file, starts[i], ends[i], secrets, _starts[number], _ends[number] - _starts[number]);
            }
        }

        return file;
    }

    private bool Find(byte[] file)
    {
        _count = 0;
        _parser.Reset();
        int fed = 0;
        while (fed < file.Length && _parser.State == SettingsParser.Outcome.NeedsMore)
        {
            int piece = file.Length - fed < Piece ? file.Length - fed : Piece;
            fed += _parser.Feed(file, fed, piece);
            if (!Take())
            {
                return false;
            }
        }

        return _parser.Finish() == SettingsParser.Outcome.Matched && fed == file.Length && Take();
    }

    private bool Take()
    {
        for (int i = 0; i < _parser.CaptureCount; i++)
        {
            if (IsSecret(_parser.CaptureRule(i)))
            {
                if (_count == MostSecrets)
                {
                    return false;
                }

                _starts[_count] = _parser.CaptureStart(i);
                _ends[_count++] = _parser.CaptureEnd(i);
            }
        }

        _parser.ClearCaptures();
        return true;
    }

    private static byte[] Replace(byte[] file, int start, int end, byte[] by, int offset, int count)
    {
        byte[] result = new byte[file.Length - (end - start) + count];
        Array.Copy(file, 0, result, 0, start);
        Array.Copy(by, offset, result, start, count);
        Array.Copy(file, end, result, start + count, file.Length - end);
        return result;
    }
}
