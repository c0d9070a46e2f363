using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>One part of a whole answer.</summary>
public sealed class FoldedPart : IDisposable
{
    private readonly PooledBuffer _text = new(256);
    private PooledBuffer? _signature;
    private PooledBuffer? _redacted;

    public int Choice { get; internal init; }

    public int Part { get; internal init; }

    public ReplyPartKind Kind { get; internal init; }

    /// <summary>The call's id, the item's id.</summary>
    public JsonString Id { get; internal init; }

    /// <summary>The output item's id of a tool call, where the provider has one beside the call's.</summary>
    public JsonString ItemId { get; internal init; }

    public JsonString Name { get; internal init; }

    public JsonString Phase { get; internal init; }

    public JsonValue Raw { get; internal init; }

    public Dialect RawDialect { get; internal init; }

    public MediaPart? Media { get; internal init; }

    public ReasoningOrigin Origin { get; internal set; }

    public List<Citation>? Citations { get; internal set; }

    /// <summary>Log probabilities of each piece of the text, as they came; null when there are none.</summary>
    public List<JsonValue>? Logprobs { get; internal set; }

    /// <summary>All of its text, or of its arguments as string content.</summary>
    public JsonString Text => new(_text.Memory);

    /// <summary>The arguments of a tool call as JSON text, without string escapes.</summary>
    public ReadOnlyMemory<byte> Arguments => Text.ToUtf8();

    public JsonString Signature => _signature is null ? default : new JsonString(_signature.Memory);

    public JsonString Redacted => _redacted is null ? default : new JsonString(_redacted.Memory);

    internal void Append(JsonString piece) => _text.Append(piece.Span);

    internal void AppendSignature(JsonString piece) => (_signature ??= new PooledBuffer(256)).Append(piece.Span);

    internal void AppendRedacted(JsonString piece) => (_redacted ??= new PooledBuffer(256)).Append(piece.Span);

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        _signature?.Dispose();
        _redacted?.Dispose();
    }
}
