using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Device.Interpreter;

/// <summary>
/// Runs the relay's vectors and one whole session, without sockets and files: a line a group, a line for what went wrong, and a
/// last line with counts. The same source runs on the interpreter and on .NET.
/// </summary>
internal sealed class Conformance
{
    private readonly ILog _output;
    private int _groups;
    private int _checks;
    private int _failures;
    private int _checksBefore;
    private int _failuresBefore;

    public Conformance(ILog output)
    {
        _output = output;
    }

    /// <summary>Returns how many vectors failed.</summary>
    public int Run()
    {
        Vectors.Commands(new SessionVectors(this));
        End("commands");
        Vectors.Data(new SessionVectors(this));
        End("data");
        Vectors.Replies(new ReplyVectors(this));
        End("replies");
        Vectors.Settings(new SettingsVectors(this));
        End("settings");
        new WholeSession(this).Run();
        End("session");
        _output.Write(LogLevel.Information, "conformance", _groups.ToString() + " groups, " + _checks.ToString() + " checks, " + _failures.ToString() + " failed");
        return _failures;
    }

    /// <summary>Counts a check; tells of one that failed.</summary>
    public void Check(bool holds, int line, string expected, string actual)
    {
        _checks++;
        if (!holds)
        {
            _failures++;
            _output.Write(LogLevel.Error, "FAILED", "line " + line.ToString() + ", expected " + expected + ", got " + actual);
        }
    }

    private void End(string group)
    {
        _groups++;
        int checks = _checks - _checksBefore;
        int failures = _failures - _failuresBefore;
        _output.Write(LogLevel.Information, group, (checks - failures).ToString() + " of " + checks.ToString());
        _checksBefore = _checks;
        _failuresBefore = _failures;
    }
}
