using SmtpEmbedded.Abnf;

namespace SmtpEmbedded.Benchmarks.Contestants;

// What the compiler of this project makes of the grammar folder.

[AbnfParser("command")]
internal sealed partial class CommandVerdictParser
{
}

[AbnfParser("command", Captures = "Local-part Domain esmtp-keyword esmtp-value")]
internal sealed partial class CommandCaptureParser
{
}

[AbnfParser("reply-line")]
internal sealed partial class ReplyVerdictParser
{
}

// The same for devices, to show what the tables cost on a computer.
[AbnfParser("command", Captures = "Local-part Domain esmtp-keyword esmtp-value", Target = "nanoframework")]
internal sealed partial class CommandTableParser
{
}
