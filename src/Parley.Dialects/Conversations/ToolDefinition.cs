using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A tool that the model may call.</summary>
/// <param name="kind">What it is.</param>
/// <param name="name">Its name; for a vendor's tool the name or type of the origin.</param>
public sealed class ToolDefinition(ToolKind kind, JsonString name)
{
    public ToolKind Kind => kind;

    public JsonString Name => name;

    public JsonString Description { get; init; }

    /// <summary>The JSON schema of the arguments; none when the origin gave none.</summary>
    public JsonValue Schema { get; init; }

    /// <summary>Whether arguments must fit the schema; none when the origin does not say.</summary>
    public JsonValue Strict { get; init; }

    /// <summary>The whole definition in the origin's words.</summary>
    public JsonValue Raw { get; init; }

    /// <summary>Its place in the origin's list.</summary>
    public int Index { get; init; }

    /// <summary>The cache marker behind it, as on <see cref="ContentPart"/>.</summary>
    public JsonValue CacheControl { get; set; }

    /// <summary>Fields that only the origin knows; null when there are none.</summary>
    public List<VendorField>? Vendor { get; set; }
}
