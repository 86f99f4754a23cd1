namespace SmtpEmbedded.Relay;

/// <summary>What <see cref="IConnection.Receive"/> returns when it has no bytes.</summary>
public static class Connection
{
    /// <summary>The peer has closed the connection in good order.</summary>
    public const int Closed = 0;

    /// <summary>Nothing arrived in time; the connection still stands.</summary>
    public const int TimedOut = -1;

    /// <summary>The connection is lost; <see cref="IConnection.Error"/> says why.</summary>
    public const int Broken = -2;
}
