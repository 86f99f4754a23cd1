using System.IO;
using SmtpEmbedded.Gateway.Login;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary><c>check</c>: are the settings good, and does the smarthost take us?</summary>
public static class CheckCommand
{
    /// <summary>Checks.</summary>
    /// <returns>The exit code: 0 when all is well.</returns>
    public static int Run(string settingsPath, bool sends, bool isOffline, TextWriter output, TextWriter error)
    {
        RelaySettings? settings = SettingsFile.Read(settingsPath, out string mistake);
        if (settings is null)
        {
            error.WriteLine(mistake);
            return 1;
        }

        output.WriteLine($"{settingsPath}: the settings are good");
        int wrong = Directory.Exists(settings.SpoolPath) || CanCreate(settings.SpoolPath, error) ? 0 : 1;
        var steps = new Steps(output);
        var clock = new SystemClock();
        if (!isOffline)
        {
            SmarthostLogin.Attach(settings.Smarthost, clock);
        }

        if (settings.Smarthost.Host.Length == 0)
        {
            output.WriteLine("no smarthost is set: mail goes to a Maildir in the spool's folder");
            isOffline = true;
        }

        for (Smarthost? smarthost = isOffline ? null : settings.Smarthost; smarthost is not null; smarthost = smarthost.Next)
        {
            var trial = new SmarthostTrial(settings, new SmarthostConnector(settings, clock, new NoLog()), clock);
            if (trial.Run(smarthost, sends, steps))
            {
                output.WriteLine($"{smarthost.Host}: good");
                continue;
            }

            wrong = 1;
            error.WriteLine($"{smarthost.Host}: wrong is the {trial.Wrong}. {trial.Reason}");
            error.WriteLine($"{smarthost.Host}: {trial.Advice}");
        }

        return wrong;
    }

    private static bool CanCreate(string path, TextWriter error)
    {
        try
        {
            Directory.CreateDirectory(path);
            return true;
        }
        catch (System.Exception e) when (e is IOException or System.UnauthorizedAccessException)
        {
            error.WriteLine($"the spool's folder {path} cannot be made: {e.Message}");
            return false;
        }
    }

    private sealed class NoLog : ILog
    {
        public void Write(LogLevel level, string source, string text)
        {
        }
    }

    private sealed class Steps(TextWriter output) : ITrialSteps
    {
        public void Step(string line) => output.WriteLine("  " + line);
    }
}
