using System;

namespace SmtpEmbedded.Relay.Tests.SpoolTests;

/// <summary>The power is gone: whatever ran stops here.</summary>
internal sealed class PowerCutException : Exception
{
}
