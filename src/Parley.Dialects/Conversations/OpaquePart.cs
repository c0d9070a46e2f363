using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A block that only its origin knows: a vendor's own tool at work, a new kind of content. Written to that origin, reported elsewhere.</summary>
/// <param name="origin">The dialect it was read from.</param>
/// <param name="type">Its type in that dialect (<c>web_search_tool_result</c>), for the report.</param>
/// <param name="raw">The whole block.</param>
public sealed class OpaquePart(Dialect origin, JsonString type, JsonValue raw) : ContentPart
{
    public Dialect Origin => origin;

    public JsonString Type => type;

    public JsonValue Raw => raw;
}
