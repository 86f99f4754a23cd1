using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmtpEmbedded.Gateway.Queue;

/// <summary>The form in which the queue's commands travel and scripts get their answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(QueueResponse))]
public sealed partial class QueueJson : JsonSerializerContext
{
}
