using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Webhooks;

/// <summary>An event as it is posted, and its signature.</summary>
internal static class WebhookMessage
{
    internal const string SignatureHeader = "x-parley-signature";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body. The id is the same when it is posted again, so that a receiver can tell a repetition from news.</summary>
    internal static byte[] Write(TargetEvent news, Ulid id, string instance)
    {
        var slash = news.Target.IndexOf('/', StringComparison.Ordinal);
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id.ToString());
            writer.WriteString("event", news.Kind);
            writer.WriteString("target", news.Target);
            writer.WriteString("provider", news.Target[..slash]);
            writer.WriteString("model", news.Target[(slash + 1)..]);
            writer.WriteString("from", TargetHealth.NameOf(news.Change.From));
            writer.WriteString("to", TargetHealth.NameOf(news.Change.To));
            writer.WriteString("reason", news.Change.Reason);
            if (news.Until is { } until) writer.WriteString("until", until);
            else writer.WriteNull("until");
            writer.WriteString("time", news.Time);
            writer.WriteString("instance", instance);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary><c>sha256=</c> and the HMAC-SHA-256 of the body in hexadecimal digits.</summary>
    internal static string Sign(ReadOnlySpan<byte> body, Secret secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), body));
}
