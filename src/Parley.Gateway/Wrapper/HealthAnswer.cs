using System.Text.Json;

namespace Parley.Gateway.Wrapper;

/// <summary>What <c>/health</c> answers (contracts §4).</summary>
/// <param name="Status">The HTTP status.</param>
internal sealed record HealthAnswer(int Status)
{
    /// <summary><c>connected</c>, or <c>simulated</c> where only the simulator answers; null with an error.</summary>
    internal string? Backend { get; init; }

    /// <summary>The error's word; null when all is well.</summary>
    internal string? Error { get; init; }

    /// <summary>What the word means.</summary>
    internal string? Message { get; init; }

    /// <summary>What happened. Holds no secret.</summary>
    internal string? Details { get; init; }

    /// <summary>How long to wait, where that is known.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("status", Error is null ? "ok" : "error");
        if (Error is null)
        {
            // The old wrapper's name for it, whatever provider is behind.
            writer.WriteString("azure_openai", Backend);
        }
        else
        {
            writer.WriteString("error", Error);
            writer.WriteString("message", Message);
            writer.WriteString("details", Details);
        }

        writer.WriteEndObject();
    }
}
