namespace SmtpEmbedded.Gateway.Login;

/// <summary>A token that another program keeps fresh in a file.</summary>
public sealed class FileTokenSource(string path) : ITokenSource
{
    /// <inheritdoc/>
    public string? Get(out string error) => Secret.FromFile(path, out error);

    /// <inheritdoc/>
    public void Forget()
    {
    }
}
