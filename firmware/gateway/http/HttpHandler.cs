using System.Net;
using System.Threading.Tasks;

namespace SmtpEmbedded.Gateway.Http;

/// <summary>
/// Answers one request. It sets the status and writes the body; closing the response is <see cref="HttpEndpoint"/>'s work. May
/// be called by several threads at once. An exception that leaves it becomes a 500 and a line in the log.
/// </summary>
public delegate Task HttpHandler(HttpListenerContext context);
