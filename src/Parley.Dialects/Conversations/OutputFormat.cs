using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>The form that the answer's text must have.</summary>
/// <param name="Kind">Which.</param>
public sealed record OutputFormat(OutputFormatKind Kind)
{
    /// <summary>The schema's name (OpenAI asks for one).</summary>
    public JsonString Name { get; init; }

    public JsonString Description { get; init; }

    public JsonValue Schema { get; init; }

    public JsonValue Strict { get; init; }

    /// <summary>The origin's own form.</summary>
    public JsonValue Raw { get; init; }
}
