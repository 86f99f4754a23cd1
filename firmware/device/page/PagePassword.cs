using System.Text;

namespace SmtpEmbedded.Device;

/// <summary>
/// The operator's password: made at the first start and kept on the internal drive, beside the smarthost's. Shown on the console when
/// it is made, and on the setup page, which takes a hand on the board. Removing the file makes a new one.
/// </summary>
internal static class PagePassword
{
    private const string Path = "I:\\page.password";
    private const int Length = 12;

    // 32 of them, without letters and digits that look alike.
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>The password, ASCII.</summary>
    /// <param name="random">Stirred before, or it is a poor one.</param>
    public static byte[] Open(DeviceRandom random)
    {
        byte[] password = DeviceFile.ReadIfThere(Path);
        if (password == null || password.Length != Length)
        {
            password = new byte[Length];
            random.Fill(password);
            for (int i = 0; i < Length; i++)
            {
                password[i] = (byte)Letters[password[i] & 31];
            }

            DeviceFile.Replace(Path, password);
            System.Console.WriteLine("The password of the operator's page is " + Text(password));
        }

        return password;
    }

    /// <summary>As text.</summary>
    public static string Text(byte[] password)
    {
        return Encoding.UTF8.GetString(password, 0, password.Length);
    }
}
