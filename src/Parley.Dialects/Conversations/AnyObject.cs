using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// "Some JSON object" as the arguments of a tool that stands for the answer's form. The schema says in so many words that any members
/// are taken: told of an object without properties, models answer with the empty one.
/// </summary>
internal static class AnyObject
{
    /// <summary>The tool's schema.</summary>
    internal static JsonValue Schema { get; } = JsonValue.Literal("""{"type":"object","additionalProperties":true}"""u8);

    /// <summary>What the tool is for.</summary>
    internal static ReadOnlySpan<byte> Description =>
        "Gives the final answer. Call it once: its arguments are the answer, a JSON object with whatever members the answer needs. Never leave it empty."u8;

    /// <summary>True when the caller asked for an object and gave no schema for it.</summary>
    internal static bool IsMeant(OutputFormat output) => output.Kind == OutputFormatKind.JsonObject || !output.Schema.IsObject;
}
