using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Text.</summary>
public sealed class TextPart(JsonString text) : ContentPart
{
    public JsonString Text => text;

    /// <summary>Sources that a model named for it; null when there are none.</summary>
    public List<Citation>? Citations { get; set; }
}
