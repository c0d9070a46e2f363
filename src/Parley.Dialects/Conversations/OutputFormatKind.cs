namespace Parley.Dialects.Conversations;

/// <summary>The form of the answer's text.</summary>
public enum OutputFormatKind
{
    Text,

    /// <summary>Any JSON object.</summary>
    JsonObject,

    /// <summary>JSON by a schema.</summary>
    JsonSchema,

    /// <summary>A form that only the origin knows (a grammar).</summary>
    Vendor,
}
