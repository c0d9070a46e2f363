using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>The model calls a tool of the caller's.</summary>
/// <param name="id">The call's id, as the origin has it; may be missing in Gemini's dialect.</param>
/// <param name="name">The tool's name.</param>
public sealed class ToolCallPart(JsonString id, JsonString name) : ContentPart
{
    public JsonString Id => id;

    public JsonString Name => name;

    /// <summary>
    /// The arguments as raw text: a JSON object with its key order and number formats, as UTF-8 without string escapes. Not
    /// necessarily valid when a model wrote it. For a custom tool the free text itself.
    /// </summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>True for OpenAI's custom tools, whose input is free text.</summary>
    public bool IsCustom { get; init; }

    /// <summary>True when the origin gave no id and the reader made one, so that call and result pair (Gemini).</summary>
    public bool IsIdMade { get; init; }

    /// <summary>The id of the output item (Responses has two ids: <c>id</c> and <c>call_id</c>).</summary>
    public JsonString ItemId { get; init; }
}
