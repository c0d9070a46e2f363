using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A piece of a turn. A closed set: every writer handles each kind, or reports it.</summary>
public abstract class ContentPart
{
    private protected ContentPart()
    {
    }

    /// <summary>Its place in the origin's list of parts, for paths; -1 when the origin had a bare string there.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The cache marker behind this part as Anthropic writes it (<c>{"type":"ephemeral","ttl":"1h"}</c>); none otherwise.</summary>
    public JsonValue CacheControl { get; set; }

    /// <summary>Fields that only the origin knows; null when there are none.</summary>
    public List<VendorField>? Vendor { get; set; }
}
