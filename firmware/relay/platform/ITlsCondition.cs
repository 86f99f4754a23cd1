namespace SmtpEmbedded.Relay.Platform;

/// <summary>A program's own say in whether TLS may start now: the device refuses it while memory is short, and for a while after a hang.</summary>
public interface ITlsCondition
{
    /// <summary>Asked before each handshake.</summary>
    /// <returns>Why there must be none now, as a sentence; empty when there may be one.</returns>
    string Objection();
}
