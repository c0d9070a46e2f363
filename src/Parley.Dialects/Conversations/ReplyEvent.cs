using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// One event of an answer; see <see cref="ReplyEventKind"/> for what each has. Texts are slices of the provider's frame: whoever
/// wants to keep them copies them before returning. A value type, passed by reference: an event costs no allocation.
/// </summary>
/// <param name="Kind">What happens.</param>
public readonly record struct ReplyEvent(ReplyEventKind Kind)
{
    /// <summary>The choice, from 0. Most answers have one.</summary>
    public int Choice { get; init; }

    /// <summary>The part, numbered by the reader from 0 through the whole answer, all choices together.</summary>
    public int Part { get; init; }

    public ReplyPartKind PartKind { get; init; }

    public FinishReason Finish { get; init; }

    public ReasoningOrigin Origin { get; init; }

    public int Status { get; init; }

    public JsonString Text { get; init; }

    public JsonString Id { get; init; }

    /// <summary>The output item's id of a tool call (Responses has two ids: <c>id</c> and <c>call_id</c>).</summary>
    public JsonString ItemId { get; init; }

    public JsonString Name { get; init; }

    /// <summary>Responses' <c>phase</c> of a text part.</summary>
    public JsonString Phase { get; init; }

    public JsonValue Raw { get; init; }

    /// <summary>The dialect of <see cref="Raw"/>.</summary>
    public Dialect RawDialect { get; init; }

    public TokenUsage Tokens { get; init; }

    /// <summary>A <see cref="Citation"/> or <see cref="MediaPart"/>.</summary>
    public object? Detail { get; init; }
}
