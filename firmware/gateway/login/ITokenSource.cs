namespace SmtpEmbedded.Gateway.Login;

/// <summary>Where a bearer token comes from. Used by one thread at a time.</summary>
public interface ITokenSource
{
    /// <summary>Gets the token, from memory while it is good.</summary>
    /// <param name="error">Why there is none: a sentence without secrets.</param>
    /// <returns>The token, or null.</returns>
    string? Get(out string error);

    /// <summary>The smarthost refused the token: the next one is to be a new one.</summary>
    void Forget();
}
