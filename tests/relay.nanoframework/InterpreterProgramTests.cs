using System.Linq;
using SmtpEmbedded.Device.Interpreter;
using Xunit;

namespace SmtpEmbedded.Relay.Tests.NanoFramework;

/// <summary>The program tests/device starts on the interpreter, from the same source, on .NET.</summary>
public sealed class InterpreterProgramTests
{
    [Fact]
    public void EveryVectorPassesAndTheLastLineCountsThem()
    {
        var log = new FakeLog();
        int failures = new Conformance(log).Run();

        Assert.True(failures == 0, string.Join("\n", log.Lines));
        Assert.Equal(["commands", "data", "replies", "settings", "session", "conformance"], log.Lines.Select(line => line.Split(' ')[1].TrimEnd(':')));
        Assert.Matches("^Information conformance: 5 groups, [0-9]{3} checks, 0 failed$", log.Lines[^1]);
    }

    [Fact]
    public void AWrongVectorIsCountedAndTold()
    {
        var log = new FakeLog();
        var conformance = new Conformance(log);
        new SessionVectors(conformance).Check(7, "250 ", "NONSENSE");

        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("Error FAILED: line 7, expected 250 , got 5", System.StringComparison.Ordinal)));
        Assert.Equal(2, conformance.Run());
        Assert.EndsWith("2 failed", log.Lines[^1], System.StringComparison.Ordinal);
    }
}
