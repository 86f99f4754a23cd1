namespace SmtpEmbedded.Gateway.Sending;

/// <summary>The exit codes of sendmail and its callers (sysexits.h).</summary>
internal static class ExitCode
{
    /// <summary>The message is safe in the relay.</summary>
    public const int Ok = 0;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 64;

    /// <summary>The message makes no sense, or is too large.</summary>
    public const int DataError = 65;

    /// <summary>A recipient is refused for good, or is no address.</summary>
    public const int NoUser = 67;

    /// <summary>The message or its sender is refused for good.</summary>
    public const int Unavailable = 69;

    /// <summary>It may work later: nobody answers, or the relay has no room.</summary>
    public const int TemporaryFailure = 75;

    /// <summary>The settings file is wrong.</summary>
    public const int Configuration = 78;
}
