using System.Net;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.Http;

/// <summary><c>/healthz</c>: 200 and "ok" while mail is taken and forwarding runs; otherwise 503 and a line for each reason.</summary>
public sealed class HealthHandler(RelayHealth health)
{
    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpListenerContext context)
    {
        if (context.Request.HttpMethod is not ("GET" or "HEAD"))
        {
            context.Response.Headers["Allow"] = "GET, HEAD";
            return HttpEndpoint.WriteTextAsync(context, 405, "only GET is answered here");
        }

        string[] problems = health.Problems();
        return problems.Length == 0
            ? HttpEndpoint.WriteTextAsync(context, 200, "ok")
            : HttpEndpoint.WriteTextAsync(context, 503, string.Join('\n', problems));
    }
}
