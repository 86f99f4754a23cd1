using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using DnsClient;
using DnsClient.Protocol;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway;

/// <summary>
/// Finds the hosts of a smarthost that is named as a domain, and their addresses (RFC 5321 section 5.1, RFC 7505). Whatever goes
/// wrong is a sentence and temporary. Used by one thread.
/// </summary>
public sealed class MailExchangers
{
    private const int Tries = 2;

    private readonly Dictionary<string, LookupClient> _clients = new();

    /// <summary>The hosts of a domain in the order in which they are to be tried.</summary>
    /// <returns>One at least; none with the reason in <paramref name="error"/>.</returns>
    public string[] Hosts(Smarthost smarthost, int timeoutMilliseconds, out string error)
    {
        string domain = smarthost.Host;
        if (!Ask(smarthost, domain, QueryType.MX, timeoutMilliseconds, out IReadOnlyList<DnsResourceRecord> answers, out error))
        {
            return [];
        }

        MxRecord[] records = answers.OfType<MxRecord>().Where(record => Is(record.DomainName, domain, answers)).ToArray();
        if (records.Length == 0)
        {
            // RFC 5321 section 5.1: a domain without MX records is its own host.
            return [domain];
        }

        if (records.All(record => record.Exchange.Value == "."))
        {
            error = $"the domain {domain} takes no mail (null MX, RFC 7505): is the smarthost's domain the one its operator gives?";
            return [];
        }

        // Equal preferences in random order, so that load is spread as the standard wants it.
        return records.Where(record => record.Exchange.Value != ".")
            .OrderBy(record => record.Preference).ThenBy(_ => Random.Shared.Next())
            .Select(record => record.Exchange.Value.TrimEnd('.'))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
    }

    /// <summary>The addresses of a host.</summary>
    /// <returns>One at least; none with the reason in <paramref name="error"/>.</returns>
    public IPAddress[] Addresses(Smarthost smarthost, string host, int timeoutMilliseconds, out string error)
    {
        bool found = Ask(smarthost, host, QueryType.A, timeoutMilliseconds, out IReadOnlyList<DnsResourceRecord> four, out error);
        if (!Ask(smarthost, host, QueryType.AAAA, timeoutMilliseconds, out IReadOnlyList<DnsResourceRecord> six, out string error6) && !found)
        {
            return [];
        }

        IPAddress[] addresses = four.Concat(six).OfType<AddressRecord>().Select(record => record.Address).ToArray();
        error = addresses.Length > 0 ? "" : error.Length > 0 ? error : error6.Length > 0 ? error6 : $"the name {host} has no address";
        return addresses;
    }

    // The record is about the name asked for, or about what its alias stands for: an answer about something else is none.
    private static bool Is(DnsString name, string asked, IReadOnlyList<DnsResourceRecord> answers)
    {
        string wanted = asked.TrimEnd('.') + ".";
        for (int i = 0; i < 8; i++)
        {
            if (string.Equals(name.Value, wanted, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            CNameRecord? alias = answers.OfType<CNameRecord>().FirstOrDefault(record => string.Equals(record.DomainName.Value, wanted, StringComparison.OrdinalIgnoreCase));
            if (alias is null)
            {
                return false;
            }

            wanted = alias.CanonicalName.Value;
        }

        return false;
    }

    private bool Ask(Smarthost smarthost, string name, QueryType type, int timeoutMilliseconds, out IReadOnlyList<DnsResourceRecord> answers, out string error)
    {
        answers = [];
        try
        {
            using var limit = new CancellationTokenSource(Math.Max(1, timeoutMilliseconds));
            IDnsQueryResponse response = Client(smarthost, timeoutMilliseconds).QueryAsync(name, type, cancellationToken: limit.Token).GetAwaiter().GetResult();
            if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
            {
                error = $"the name {name} does not exist: is it spelled right?";
                return false;
            }

            if (response.HasError)
            {
                error = $"the name server {response.NameServer} cannot say anything about {name} ({response.Header.ResponseCode})";
                return false;
            }

            answers = response.Answers;
            error = "";
            return true;
        }
        catch (OperationCanceledException)
        {
            error = $"no name server answered about {name} in time: is one reachable?";
        }
        catch (Exception e)
        {
            // Bytes from anywhere go through the library: whatever it throws over them is a look-up that failed.
            error = $"{name} cannot be looked up: {e.Message.ReplaceLineEndings(" ")}";
        }

        return false;
    }

    private LookupClient Client(Smarthost smarthost, int timeoutMilliseconds)
    {
        string key = smarthost.NameServer.Length == 0 ? "" : smarthost.NameServer + "#" + smarthost.NameServerPort;
        if (!_clients.TryGetValue(key, out LookupClient? client))
        {
            LookupClientOptions options = key.Length == 0
                ? new LookupClientOptions()
                : new LookupClientOptions(new IPEndPoint(IPAddress.Parse(smarthost.NameServer), smarthost.NameServerPort));
            options.Timeout = TimeSpan.FromMilliseconds(Math.Clamp(timeoutMilliseconds / (Tries + 2), 500, 5000));
            options.Retries = Tries;
            options.UseTcpFallback = true;
            options.ThrowDnsErrors = false;
            client = new LookupClient(options);
            _clients.Add(key, client);
        }

        return client;
    }
}
