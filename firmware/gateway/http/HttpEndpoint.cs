using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmtpEmbedded.Relay;

namespace SmtpEmbedded.Gateway.Http;

/// <summary>
/// The one HTTP listener of the gateway: paths go to handlers, one request each, a bounded number at a time. Plain HTTP on
/// loopback unless the settings say otherwise. A request whose Host is not the name or address listened on never gets here,
/// so that no page in a browser reaches it under a name of its own (DNS rebinding).
/// </summary>
public sealed class HttpEndpoint : IAsyncDisposable
{
    /// <summary>Requests answered at the same time; further ones get 503 at once.</summary>
    public const int AtOnce = 32;

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, HttpHandler> _handlers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly ILog _log;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Prepares a listener.</summary>
    /// <param name="address">An address as text without brackets, or "*" for every IPv4 address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="log">Told of faults.</param>
    public HttpEndpoint(string address, int port, ILog log)
    {
        _log = log;
        Prefixes = PrefixesOf(address, port);
        _listener.IgnoreWriteExceptions = true;
    }

    /// <summary>What it listens on, as HttpListener's prefixes.</summary>
    public IReadOnlyList<string> Prefixes { get; }

    /// <summary>Sends a path to a handler. Before <see cref="Start"/>.</summary>
    /// <param name="path">The whole path, as "/healthz"; "/" takes what no other path does.</param>
    /// <param name="handler">Answers.</param>
    public void Map(string path, HttpHandler handler) => _handlers.Add(path, handler);

    /// <summary>Begins to listen.</summary>
    /// <returns>Null, or why it cannot, as a sentence.</returns>
    public string? Start()
    {
        try
        {
            foreach (string prefix in Prefixes)
            {
                _listener.Prefixes.Add(prefix);
            }

            _listener.Start();
        }
        catch (Exception e) when (e is HttpListenerException or SocketException or ArgumentException)
        {
            return $"cannot serve HTTP on {Prefixes[0]}: {e.Message}; is [page] listen an address of this machine, and the port free?";
        }

        _accepting = AcceptAsync();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _accepting.ConfigureAwait(false);
        _places.Dispose();
    }

    /// <summary>Answers in plain text.</summary>
    public static async Task WriteTextAsync(HttpListenerContext context, int status, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text + "\n");
        HttpListenerResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers["Cache-Control"] = "no-store";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.ContentLength64 = body.Length;
        if (context.Request.HttpMethod != "HEAD")
        {
            await response.OutputStream.WriteAsync(body).ConfigureAwait(false);
        }
    }

    private static List<string> PrefixesOf(string address, int port)
    {
        if (address == "*")
        {
            return [$"http://*:{port}/"];
        }

        bool isV6 = address.Contains(':', StringComparison.Ordinal);
        List<string> prefixes = [$"http://{(isV6 ? $"[{address}]" : address)}:{port}/"];
        if (IPAddress.TryParse(address, out IPAddress? parsed) && parsed.Equals(IPAddress.Loopback))
        {
            // What people type. HttpListener listens where the name points to, mostly the same address.
            prefixes.Add($"http://localhost:{port}/");
        }

        return prefixes;
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed, or a client that was gone before its request was whole.
                continue;
            }

            if (_places.Wait(0))
            {
                _ = Task.Run(() => AnswerAsync(context));
            }
            else
            {
                context.Response.StatusCode = 503;
                Close(context);
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            string path = context.Request.Url?.AbsolutePath ?? "/";
            if (_handlers.TryGetValue(path, out HttpHandler? handler) || _handlers.TryGetValue("/", out handler))
            {
                await handler(context).ConfigureAwait(false);
            }
            else
            {
                await WriteTextAsync(context, 404, "nothing is served here").ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client did not wait for its answer.
        }
        catch (Exception e)
        {
            _log.Write(Relay.LogLevel.Error, "http", "a request failed: " + e.ToString().ReplaceLineEndings(" | "));
            Fail(context);
        }
        finally
        {
            Close(context);
            Release();
        }
    }

    private static void Fail(HttpListenerContext context)
    {
        try
        {
            context.Response.StatusCode = 500;
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // The answer had begun; breaking it off is all that is left.
            context.Response.Abort();
        }
    }

    private static void Close(HttpListenerContext context)
    {
        try
        {
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Gone already.
        }
    }

    private void Release()
    {
        try
        {
            _places.Release();
        }
        catch (ObjectDisposedException)
        {
            // The endpoint closed under the request.
        }
    }
}
