namespace SmtpEmbedded.Device.Interpreter;

/// <summary>A group of vectors; the build makes the calls from a file of them (build/WriteVectors.cs).</summary>
internal interface IVectors
{
    /// <summary>What comes before each of the vectors that follow.</summary>
    void After(string preparation);

    /// <summary>One vector: what is expected of an input. The input is escaped.</summary>
    void Check(int line, string expected, string input);
}
