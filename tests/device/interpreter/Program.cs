namespace SmtpEmbedded.Device.Interpreter;

/// <summary>The program a board or the interpreter runs.</summary>
internal static class Program
{
    public static void Main()
    {
        new Conformance(new ConsoleLog()).Run();
    }
}
