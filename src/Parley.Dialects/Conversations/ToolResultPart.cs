using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>What a tool of the caller's has answered.</summary>
/// <param name="callId">The id of the call that it answers; may be missing in Gemini's dialect, where the name pairs them.</param>
public sealed class ToolResultPart(JsonString callId) : ContentPart
{
    public JsonString CallId => callId;

    /// <summary>The tool's name, where the origin gives it (Gemini); writers look it up in the history otherwise.</summary>
    public JsonString Name { get; set; }

    /// <summary>Text, images, documents. A JSON object of Gemini's or Bedrock's is an <see cref="JsonPart"/>.</summary>
    public List<ContentPart> Content { get; } = [];

    /// <summary>True when the tool failed.</summary>
    public bool IsError { get; set; }

    /// <summary>True when the origin said so itself, be it <c>false</c>: Anthropic gets the word back.</summary>
    public bool SaysIsError { get; set; }

    /// <summary>True when the origin gave no id and the reader found or made one (Gemini).</summary>
    public bool IsIdMade { get; init; }

    /// <summary>True for the output of a custom tool.</summary>
    public bool IsCustom { get; set; }
}
