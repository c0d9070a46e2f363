using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A JSON value as the content of a tool result (Gemini's <c>response</c>, Bedrock's <c>json</c>). Other dialects carry it as text.</summary>
public sealed class JsonPart(JsonValue value) : ContentPart
{
    public JsonValue Value => value;
}
