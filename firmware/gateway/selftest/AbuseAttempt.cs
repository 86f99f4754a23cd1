using System.Text.Json.Serialization;

namespace SmtpEmbedded.Gateway.SelfTest;

/// <summary>What came of an attempt.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>The relay stood it.</summary>
    Refused,

    /// <summary>The relay can be abused this way.</summary>
    Abused,

    /// <summary>It could not be tried here; the text says why.</summary>
    NotTried,
}

/// <summary>One attempt at abuse.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="From">The address it was tried from.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Seen">What the relay did, in words.</param>
public sealed record AbuseAttempt(string Name, string From, Outcome Outcome, string Seen);
