using System.Collections.Generic;

namespace SmtpEmbedded.Gateway;

/// <summary>A message as the embedded smarthost received it.</summary>
/// <param name="ReversePath">The sender of MAIL, without angle brackets; empty for the null sender.</param>
/// <param name="Recipients">The recipients of RCPT, without angle brackets.</param>
/// <param name="Content">Its bytes, the smarthost's own Received field on top.</param>
public sealed record ReceivedMessage(string ReversePath, IReadOnlyList<string> Recipients, byte[] Content);
