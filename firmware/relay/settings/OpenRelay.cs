namespace SmtpEmbedded.Relay;

/// <summary>
/// Finds settings that would let anybody send to anybody (RFC 5321 section 7.9 and RFC 6409 section 3.2 leave the harm to the
/// operator; the Internet does not). Asked at every start; a relay whose settings are objected to does not start.
/// </summary>
public static class OpenRelay
{
    // No one's own network is larger: a provider's is, and its customers are strangers.
    private const int LargestIPv4 = 16;
    private const int LargestIPv6 = 32;

    /// <summary>What is wrong with the settings, as a sentence; empty when they are no danger to others.</summary>
    public static string Objection(RelaySettings settings)
    {
        for (int i = -1; i < settings.ClientRules.Length; i++)
        {
            ClientRule rule = i < 0 ? settings.AllowedRule : settings.ClientRules[i];
            Network[] networks = i < 0 ? settings.AllowedNetworks : rule.Networks;
            if (!rule.IsRefused && rule.Auth == ClientAuth.Required && settings.Credentials == null && settings.Users.Length == 0)
            {
                return "A client rule requires a login, but there are no users: nobody it is for could send";
            }

            if (!rule.IsRefused && rule.IsLenient && settings.Quirks == null)
            {
                return "A client rule is lenient, but this program knows nothing but SMTP";
            }

            bool isSafe = rule.IsRefused || rule.Auth == ClientAuth.Required || rule.Domains.Length > 0;
            for (int j = 0; j < networks.Length && !isSafe; j++)
            {
                if (IsOfStrangers(networks[j]))
                {
                    return "This would be an open relay: anybody in " + networks[j].Text + " could send to anybody. Allow a smaller network, require a login, or name the domains that may be sent to";
                }
            }
        }

        return "";
    }

    // Whether a network is wide, and not one of those that are not routed on the Internet (RFC 1918, 6598, 3927, 4193, 4291).
    private static bool IsOfStrangers(Network network)
    {
        int length = network.PrefixLength;
        int first = network.Octet(0);
        int second = network.Octet(1);
        if (network.IsIPv6)
        {
            bool isOurs = length >= 7 && (first & 0xFE) == 0xFC || length >= 10 && first == 0xFE && (second & 0xC0) == 0x80;
            return length < LargestIPv6 && !isOurs;
        }

        bool isPrivate = length >= 8 && (first == 10 || first == 127)
            || length >= 10 && first == 100 && (second & 0xC0) == 64
            || length >= 12 && first == 172 && (second & 0xF0) == 16;
        return length < LargestIPv4 && !isPrivate;
    }
}
