using System.Buffers;
using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Exchange;

/// <summary>
/// Tokens of an answer whose provider never told them, because the caller left or the stream was cut. A record that is made of it
/// is marked as estimated. Output: providers send about one token per event. Input: four bytes of text a token; base64 data is
/// not text (LiteLLM #32865 counted an image of 1,049 tokens as 633,912).
/// </summary>
internal static class UsageEstimate
{
    private const int BytesPerToken = 4;

    internal static TokenUsage Of(GatewayExchange exchange, Attempt attempt)
    {
        // Vectors are no tokens: embeddings have input alone (Gemini tells no usage of theirs at all).
        var output = exchange.Surface.Operation == Operation.Embeddings ? 0 : attempt.ContentEvents + (attempt.AnswerBytes / BytesPerToken);
        return new(Input: TextBytes(exchange.Body.Span) / BytesPerToken, CacheRead: 0, CacheWrite: 0, Output: output, Reasoning: 0);
    }

    /// <summary>The same where only the lengths of question and answer are known, in characters.</summary>
    internal static TokenUsage OfText(long question, long answer) =>
        new(Input: question / BytesPerToken, CacheRead: 0, CacheWrite: 0, Output: Math.Max(1, answer / BytesPerToken), Reasoning: 0);

    private static long TextBytes(ReadOnlySpan<byte> body)
    {
        long bytes = 0;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String && !IsData(reader.ValueSpan)) bytes += reader.ValueSpan.Length;
            }
        }
        catch (JsonException)
        {
            // The scan has accepted the body; what it accepts and this reader does not is not worth more than what was counted.
        }

        return bytes;
    }

    // A data URL, or a long run of base64's own alphabet.
    private static bool IsData(ReadOnlySpan<byte> text) => text.StartsWith("data:"u8) || (text.Length > 2000 && !text.ContainsAnyExcept(Base64));

    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"u8);
}
