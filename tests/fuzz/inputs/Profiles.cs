using System;
using System.Text;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Fuzz;

/// <summary>Settings under which inputs are played; sessions of one profile share them, as on a gateway.</summary>
internal sealed class Profile
{
    public required RelaySettings Settings { get; init; }

    /// <summary>Whether TLS is in place from the start (RFC 8314).</summary>
    public bool IsSecured { get; init; }

    /// <summary>Whether the client may speak before it is greeted.</summary>
    public bool SpeaksEarly { get; init; }

    public byte[] Address { get; init; } = [127, 0, 0, 1];
}

/// <summary>All profiles.</summary>
internal static class Profiles
{
    private static readonly Profile[] s_all =
    [
        new() { Settings = Make(_ => { }) },
        new() { Settings = Make(s => s.AllowedRule.IsLenient = true) },
        new() { Settings = Make(SmallLimits) },
        new() { Settings = Make(s => { s.FixesLineEnds = true; SmallLimits(s); }) },
        new() { Settings = Make(OfferAll) },
        new() { Settings = Make(OfferAll), IsSecured = true },
        new() { Settings = Make(s => { OfferAll(s); s.AllowedRule.Auth = ClientAuth.Required; }), IsSecured = true },
        new() { Settings = Make(s => { s.AllowedRule.Auth = ClientAuth.Any; s.AllowedRule.IsLenient = true; s.AllowedRule.Recipient = "operator@example.org"u8.ToArray(); }) },
        new() { Settings = Make(s => { s.AllowedRule.Sender = "site@example.org"u8.ToArray(); s.AllowedRule.Domains = [Encoding.ASCII.GetBytes("d.example"), Encoding.ASCII.GetBytes("d")]; }) },
        new() { Settings = Make(s => { OfferAll(s); SmallLimits(s); s.AllowedRule.IsLenient = true; }), SpeaksEarly = true },
        new() { Settings = Make(s => { s.Hostname = new string('h', 255); s.Limits.ErrorsPerSession = 100000; s.Limits.IdleCommands = 100000; }) },
        new() { Settings = Make(_ => { }), Address = [192, 0, 2, 1] },
    ];

    public static int Count => s_all.Length;

    public static Profile For(FuzzInput input) => s_all[input.Profile % s_all.Length];

    private static RelaySettings Make(Action<RelaySettings> change)
    {
        var settings = new RelaySettings { Hostname = "relay.example" };
        change(settings);
        settings.Quirks = new Quirks(settings.Hostname);
        return settings;
    }

    private static void OfferAll(RelaySettings settings)
    {
        settings.OffersTls = true;
        settings.Credentials = new KnowsAlice();
    }

    private static void SmallLimits(RelaySettings settings)
    {
        Limits limits = settings.Limits;
        limits.MessageBytes = 800;
        limits.TextLine = 80;
        limits.HeaderBytes = 300;
        limits.HeaderFields = 6;
        limits.Hops = 2;
        limits.Recipients = 3;
        limits.ErrorsPerSession = 6;
        limits.IdleCommands = 12;
        limits.MessagesPerSession = 2;
        limits.AuthLine = 200;
    }

    private sealed class KnowsAlice : ICredentials
    {
        private static readonly byte[] s_plain = "AGFsaWNlAHNlY3JldA=="u8.ToArray();
        private static readonly byte[] s_login = "YWxpY2U=c2VjcmV0"u8.ToArray();

        public bool Accepts(byte[] responses, int userEnd, int count) =>
            responses.AsSpan(0, count).SequenceEqual(userEnd == 0 ? s_plain : s_login) && userEnd is 0 or 8;
    }
}
