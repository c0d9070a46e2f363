using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.OpenAIChat;

/// <summary>The one place where a <c>usage</c> object of OpenAI's family is taken apart into disjoint buckets.</summary>
/// <remarks>
/// Who counts what where (recordings and vendors' references, 2026-08):
/// <code>
/// vendor, surface          input           cached (part of input)                  reasoning
/// OpenAI, Azure chat       prompt_tokens   prompt_tokens_details.cached_tokens     completion_tokens_details.reasoning_tokens, in output
/// OpenAI, Azure responses  input_tokens    input_tokens_details.cached_tokens      output_tokens_details.reasoning_tokens, in output
/// OpenAI embeddings        prompt_tokens   -                                       -
/// DeepSeek                 prompt_tokens   prompt_cache_hit_tokens                 as OpenAI; hosted on Azure usage.reasoning_tokens
/// Moonshot                 prompt_tokens   cached_tokens                           as OpenAI
/// xAI                      prompt_tokens   as OpenAI                               as OpenAI, but OUTSIDE completion_tokens
/// </code>
/// Reasoning outside the output is recognised by the sum: total = input + output + reasoning. Tokens written to the cache
/// (<c>cache_write_tokens</c>) stand beside the cached ones in the same details object and are, like them, part of the input.
/// Nothing ever becomes negative: a part that is larger than its whole leaves zero of the rest.
/// </remarks>
public static class OpenAIUsage
{
    /// <summary>Reads a <c>usage</c> value that is known to be JSON. False when it is null, no object, or counts nothing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out TokenUsage usage)
    {
        usage = default;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        long? input = null, output = null, total = null;
        long cached = 0, written = 0, reasoning = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (Is(name, "prompt_tokens"u8) || Is(name, "input_tokens"u8)) input = Count(ref reader) ?? input;
            else if (Is(name, "completion_tokens"u8) || Is(name, "output_tokens"u8)) output = Count(ref reader) ?? output;
            else if (Is(name, "total_tokens"u8)) total = Count(ref reader) ?? total;
            else if (Is(name, "prompt_cache_hit_tokens"u8) || Is(name, "cached_tokens"u8))
                cached = Math.Max(cached, Count(ref reader) ?? 0);
            else if (Is(name, "reasoning_tokens"u8)) reasoning = Math.Max(reasoning, Count(ref reader) ?? 0);
            else if (reader.TokenType == JsonTokenType.StartObject) Details(ref reader, ref cached, ref written, ref reasoning);
            else reader.Skip();
        }

        if (input is null && output is null)
        {
            if (total is null) return false;
            input = total; // an embeddings server that gives only the total
        }

        var (all, spoken) = (input ?? 0, output ?? 0);
        var isOutside = reasoning > 0 && (reasoning > spoken || (total is { } sum && sum == all + spoken + reasoning));
        cached = Math.Min(cached, all);
        written = Math.Min(written, all - cached);
        usage = new TokenUsage(all - cached - written, cached, written, isOutside ? spoken : spoken - reasoning, reasoning);
        return true;
    }

    private static void Details(ref Utf8JsonReader reader, ref long cached, ref long written, ref long reasoning)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (Is(name, "cached_tokens"u8)) cached = Math.Max(cached, Count(ref reader) ?? 0);
            else if (Is(name, "cache_write_tokens"u8)) written = Math.Max(written, Count(ref reader) ?? 0);
            else if (Is(name, "reasoning_tokens"u8)) reasoning = Math.Max(reasoning, Count(ref reader) ?? 0);
            else reader.Skip();
        }
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => JsonText.ContentEquals(name, expected);

    private static long? Count(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (reader.TryGetInt64(out var whole)) return Math.Max(0, whole);
            // 12.0: some servers count in floating point. What no long holds is no count.
            return reader.TryGetDouble(out var value) && value is >= 0 and < 1e15 ? (long)value : null;
        }

        reader.Skip();
        return null;
    }
}
