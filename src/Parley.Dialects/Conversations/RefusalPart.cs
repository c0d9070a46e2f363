using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>The words with which the model declined.</summary>
public sealed class RefusalPart(JsonString text) : ContentPart
{
    public JsonString Text => text;
}
