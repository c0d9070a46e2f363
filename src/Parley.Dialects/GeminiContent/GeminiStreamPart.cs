using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>A part that is written when it is whole: a call, whose arguments Google gives at once, or a thought's signature.</summary>
internal sealed class GeminiStreamPart(in ReplyEvent start) : IDisposable
{
    internal int Part { get; } = start.Part;

    internal ReplyPartKind Kind { get; } = start.PartKind;

    internal JsonString Id { get; } = Copy(start.Id);

    internal JsonString Name { get; } = Copy(start.Name);

    internal ReasoningOrigin Origin { get; set; } = start.Origin;

    internal bool HasText { get; set; }

    internal bool IsRedacted { get; set; }

    /// <summary>The arguments as string content, or the signature.</summary>
    internal PooledBuffer Bytes { get; } = new(256);

    public void Dispose() => Bytes.Dispose();

    private static JsonString Copy(JsonString text) => text.IsPresent ? new JsonString(text.Raw.ToArray()) : default;
}
