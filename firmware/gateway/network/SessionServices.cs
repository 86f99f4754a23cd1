using System;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>What all sessions share. For any thread.</summary>
public sealed class SessionServices
{
    // A hash is slow on purpose: clients that log in all at once must not take every processor from those that send.
    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The settings.</summary>
    public required RelaySettings Settings { get; init; }

    /// <summary>Where messages go.</summary>
    public required ISpool Spool { get; init; }

    /// <summary>Makes them durable.</summary>
    public required GroupCommitter Committer { get; init; }

    /// <summary>The clocks.</summary>
    public required IClock Clock { get; init; }

    /// <summary>Told what goes wrong.</summary>
    public required ILog Log { get; init; }

    /// <summary>How TLS is made with clients; null where there is none.</summary>
    public SslServerAuthenticationOptions? TlsOptions { get; init; }

    /// <summary>Whether the session's client has logged in well.</summary>
    public async ValueTask<bool> AcceptsAsync(ServerSession session)
    {
        await _hashing.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Settings.Credentials?.Accepts(session.Responses, session.UserEnd, session.ResponsesEnd) ?? false).ConfigureAwait(false);
        }
        finally
        {
            _hashing.Release();
        }
    }
}
