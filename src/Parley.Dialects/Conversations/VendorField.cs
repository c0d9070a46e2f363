using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A field that only one dialect knows: written to that dialect alone, and reported elsewhere by its path.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Path">Where it stood in the request, for example <c>messages[2].audio</c>.</param>
public sealed record VendorField(JsonString Name, JsonValue Value, string Path)
{
    /// <summary>
    /// True for what says nothing to anyone else (<c>null</c>, an empty list, the status of an item that is played back): written
    /// again to the origin, and not worth a report elsewhere.
    /// </summary>
    public bool IsSilent { get; init; }
}
