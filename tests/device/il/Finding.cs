namespace SmtpEmbedded.Device.Tests.Il;

/// <summary>One thing in an assembly that the device cannot run.</summary>
/// <param name="Member">The type or member, with file and line where they are known.</param>
/// <param name="Message">What is wrong and what to do instead.</param>
internal sealed record Finding(string Member, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Member + ": " + Message;
}
