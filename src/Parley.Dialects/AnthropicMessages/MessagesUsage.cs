using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>The one place where Anthropic's <c>usage</c> is taken apart into disjoint buckets and put together again.</summary>
/// <remarks>
/// <code>
/// input_tokens                             neither read from nor written to the cache: our Input as it is
/// cache_read_input_tokens                  beside it: CacheRead
/// cache_creation_input_tokens              beside it: CacheWrite (its 5m and 1h parts are in cache_creation, a subset)
/// output_tokens                            all that was written; output_tokens_details.thinking_tokens is a subset: Reasoning
/// iterations[]                             of compaction, fallback and advisors: what was billed is the sum of the entries, the
///                                          counters above them leave some out (docs, "Compaction: understanding usage")
/// </code>
/// A stream tells the input in <c>message_start</c> and everything again, corrected, in <c>message_delta</c>. Counters are
/// cumulative: of two the larger is right, never their sum.
/// </remarks>
internal struct MessagesUsage
{
    private long _input;
    private long _cacheRead;
    private long _cacheWrite;
    private long _output;
    private long _thinking;
    private TokenUsage _iterations;

    /// <summary>True once any counter was seen.</summary>
    internal bool HasAny { get; private set; }

    /// <summary>What was counted so far.</summary>
    internal readonly TokenUsage Tokens
    {
        get
        {
            var thinking = Math.Min(_thinking, _output);
            var plain = new TokenUsage(_input, _cacheRead, _cacheWrite, _output - thinking, thinking);
            return _iterations.Total == 0 ? plain : _iterations with { Output = _iterations.Output - thinking, Reasoning = thinking };
        }
    }

    /// <summary>Takes in one <c>usage</c> object; anything else changes nothing.</summary>
    internal void Add(JsonValue usage)
    {
        foreach (var member in usage.Members)
        {
            if (member.Is("input_tokens"u8)) Raise(ref _input, member.Value);
            else if (member.Is("cache_read_input_tokens"u8)) Raise(ref _cacheRead, member.Value);
            else if (member.Is("cache_creation_input_tokens"u8)) Raise(ref _cacheWrite, member.Value);
            else if (member.Is("output_tokens"u8)) Raise(ref _output, member.Value);
            else if (member.Is("output_tokens_details"u8)) Raise(ref _thinking, member.Value.Member("thinking_tokens"u8));
            else if (member.Is("iterations"u8)) AddIterations(member.Value);
        }
    }

    /// <summary>Writes the four counters that every answer has.</summary>
    internal static void Write(JsonOutput json, TokenUsage tokens) => json
        .BeginObject()
        .Member("input_tokens"u8, tokens.Input)
        .Member("cache_creation_input_tokens"u8, tokens.CacheWrite)
        .Member("cache_read_input_tokens"u8, tokens.CacheRead)
        .Member("output_tokens"u8, tokens.Output + tokens.Reasoning)
        .EndObject();

    /// <summary>
    /// The members of both objects; of one that both have the later's, unless it says nothing: as Anthropic's SDK gathers
    /// them.
    /// </summary>
    internal static JsonValue Merge(JsonValue earlier, JsonValue later)
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonOutput(output).BeginObject();
        foreach (var member in earlier.Members)
        {
            var other = later.Member(member.Name.ToUtf8().Span);
            json.Member(member.Name.Span, other.HasValue ? other : member.Value);
        }

        foreach (var member in later.Members)
        {
            if (!earlier.Member(member.Name.ToUtf8().Span).IsPresent) json.Member(member.Name.Span, member.Value);
        }

        json.EndObject();
        return new JsonValue(output.WrittenMemory);
    }

    private void Raise(ref long counter, JsonValue value)
    {
        if (Count(value) is not { } count) return;
        HasAny = true;
        counter = Math.Max(counter, count);
    }

    private void AddIterations(JsonValue iterations)
    {
        long input = 0, read = 0, written = 0, output = 0;
        foreach (var entry in iterations.Items)
        {
            input += Count(entry.Member("input_tokens"u8)) ?? 0;
            read += Count(entry.Member("cache_read_input_tokens"u8)) ?? 0;
            written += Count(entry.Member("cache_creation_input_tokens"u8)) ?? 0;
            output += Count(entry.Member("output_tokens"u8)) ?? 0;
        }

        _iterations = new TokenUsage(input, read, written, output, 0);
    }

    // What no reasonable answer counts is no count: sums of it must not overflow.
    private static long? Count(JsonValue value) => value.AsInt64() is >= 0 and < 1_000_000_000_000 and var count ? count : null;
}
