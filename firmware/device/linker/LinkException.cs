using System;

namespace SmtpEmbedded.Device.Linker;

/// <summary>The assembly cannot be linked as asked; the message says what to change.</summary>
internal sealed class LinkException : Exception
{
    public LinkException(string message)
        : base(message)
    {
    }
}
