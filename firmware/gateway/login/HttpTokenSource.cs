using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Login;

/// <summary>
/// Gets tokens from an authorization server (RFC 6749): by client credentials (section 4.4), or with a refresh token (section 6)
/// where one is set. Keeps a token until shortly before it expires. A refresh token that the server replaces is used from then
/// on, and must be put into the settings before the next start.
/// </summary>
public sealed class HttpTokenSource : ITokenSource
{
    private const int TimeLimit = 30 * 1000;
    private const int MostBytes = 256 * 1024;

    // How long before its end a token is not used any more.
    private const int Margin = 60;
    private const int UsualLife = 3600;

    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        MaxResponseContentBufferSize = MostBytes,
    };

    private readonly Smarthost _smarthost;
    private readonly IClock _clock;
    private string _refreshToken;
    private string? _token;
    private long _goodUntil;

    /// <summary>Prepares to get tokens as the smarthost's settings say.</summary>
    public HttpTokenSource(Smarthost smarthost, IClock clock)
    {
        _smarthost = smarthost;
        _clock = clock;
        _refreshToken = smarthost.RefreshToken;
    }

    /// <inheritdoc/>
    public string? Get(out string error)
    {
        error = "";
        if (_token is null || _clock.UptimeMilliseconds >= _goodUntil)
        {
            _token = Ask(out error);
        }

        return _token;
    }

    /// <inheritdoc/>
    public void Forget() => _token = null;

    private string? Ask(out string error)
    {
        string place = "the token server " + _smarthost.TokenUrl;
        string? secret = _smarthost.ClientSecret;
        if (_smarthost.ClientSecretFile.Length > 0 && (secret = Secret.FromFile(_smarthost.ClientSecretFile, out error)) is null)
        {
            return null;
        }

        var form = new Dictionary<string, string> { ["client_id"] = _smarthost.ClientId };
        Add(form, "client_secret", secret);
        Add(form, "scope", _smarthost.Scope);
        form["grant_type"] = _refreshToken.Length > 0 ? "refresh_token" : "client_credentials";
        Add(form, "refresh_token", _refreshToken);
        try
        {
            using var limit = new CancellationTokenSource(TimeLimit);
            using var content = new FormUrlEncodedContent(form);
            using HttpResponseMessage response = Client.PostAsync(new Uri(_smarthost.TokenUrl), content, limit.Token).GetAwaiter().GetResult();
            string body = response.Content.ReadAsStringAsync(limit.Token).GetAwaiter().GetResult();
            return Read(body, (int)response.StatusCode, place, out error);
        }
        catch (OperationCanceledException)
        {
            error = $"{place} did not answer within {TimeLimit / 1000} s";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            error = $"{place} cannot be asked: {(e.InnerException ?? e).Message}";
        }

        return null;
    }

    private string? Read(string body, int status, string place, out string error)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(body);
            if (answer.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException();
            }

            string? token = Text(answer, "access_token");
            if (status == 200 && !string.IsNullOrEmpty(token))
            {
                double life = answer.RootElement.TryGetProperty("expires_in", out JsonElement seconds) && seconds.ValueKind == JsonValueKind.Number ? seconds.GetDouble() : UsualLife;
                _goodUntil = _clock.UptimeMilliseconds + (long)(Math.Clamp(life - Margin, 0, 86400) * 1000);
                _refreshToken = Text(answer, "refresh_token") is { Length: > 0 } next && _refreshToken.Length > 0 ? next : _refreshToken;
                error = "";
                return token;
            }

            // RFC 6749 section 5.2.
            error = $"{place} refuses with status {status}: {Text(answer, "error")} {Text(answer, "error_description")}".TrimEnd();
        }
        catch (JsonException)
        {
            error = $"{place} answers with status {status} and no JSON: is the URL right?";
        }

        return null;
    }

    private static void Add(Dictionary<string, string> form, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            form[name] = value;
        }
    }

    private static string? Text(JsonDocument answer, string name) =>
        answer.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
