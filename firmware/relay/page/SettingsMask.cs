using System;
using System.Text;

namespace SmtpEmbedded.Relay.Page;

/// <summary>Takes the secrets out of a settings file before it goes to a browser, and puts them back when it returns. One thread at a time.</summary>
internal sealed class SettingsMask
{
#if NANOFRAMEWORK_1_0
    private const int MostSecrets = 9;
#else
    private const int MostSecrets = 999;
#endif
    private const string Mask = "********";

    // In place of a hash stands something with the form of one, or the file would be refused when it comes back.
    private const string HashStart = "pbkdf2-sha256$";
    private const string HashEnd = "$aGlkZGVu$aGlkZGVu";

    private readonly SettingsParser _parser = new SettingsParser();
    private readonly int[] _starts = new int[MostSecrets];
    private readonly int[] _ends = new int[MostSecrets];
    private readonly bool[] _isHash = new bool[MostSecrets];
    private int _count;

    /// <summary>Whether a value must not leave this machine. Whoever adds a secret to the grammar adds it here; a test looks for names that sound like one.</summary>
    public static bool IsSecret(SettingsParser.Rule rule)
    {
#if NANOFRAMEWORK_1_0
        return rule == SettingsParser.Rule.SmarthostPassword;
#else
        // A command line may hold a secret as well.
        return rule == SettingsParser.Rule.SmarthostPassword || rule == SettingsParser.Rule.ClientSecret
            || rule == SettingsParser.Rule.RefreshToken || rule == SettingsParser.Rule.TokenCommand
            || rule == SettingsParser.Rule.TlsPassword || rule == SettingsParser.Rule.LoginHash;
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
            byte[] mask = Encoding.UTF8.GetBytes(Name(i, _isHash[i]));
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
        for (int i = count - 1; i >= 0; i--)
        {
            int number = Known(file, starts[i], ends[i]);
            if (number >= 0)
            {
                file = Replace(file, starts[i], ends[i], secrets, _starts[number], _ends[number] - _starts[number]);
            }
        }

        return file;
    }

    private static string Name(int number, bool isHash) => isHash ? HashStart + number.ToString() + HashEnd : Mask + number.ToString();

    /// <summary>Which secret a mask stands for; -1: it is none.</summary>
    private int Known(byte[] file, int start, int end)
    {
        for (int i = 0; i < _count; i++)
        {
            byte[] name = Encoding.UTF8.GetBytes(Name(i, _isHash[i]));
            if (name.Length == end - start && Ascii.AreEqual(file, start, name, 0, name.Length))
            {
                return i;
            }
        }

        return -1;
    }

    private bool Find(byte[] file)
    {
        _count = 0;
        _parser.Reset();
        int fed = 0;
        while (fed < file.Length && _parser.State == SettingsParser.Outcome.NeedsMore)
        {
            fed += _parser.Feed(file, fed, file.Length - fed);
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

#if !NANOFRAMEWORK_1_0
                _isHash[_count] = _parser.CaptureRule(i) == SettingsParser.Rule.LoginHash;
#endif
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
