namespace SmtpEmbedded.Device;

/// <summary>Where the board begins.</summary>
public static class Program
{
    /// <summary>Runs the application; it never ends.</summary>
    public static void Main()
    {
        new Application().Run();
    }
}
