using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>How a tool is to be chosen. Whether several may be called at once is <see cref="RequestField.ParallelToolCalls"/>.</summary>
/// <param name="Mode">The rule.</param>
public sealed record ToolChoice(ToolChoiceMode Mode)
{
    /// <summary>The tool for <see cref="ToolChoiceMode.Named"/>.</summary>
    public JsonString Name { get; init; }

    /// <summary>The only tools that may be called (OpenAI's <c>allowed_tools</c>, Gemini's <c>allowedFunctionNames</c>); null for all.</summary>
    public IReadOnlyList<JsonString>? Allowed { get; init; }

    /// <summary>The origin's own form, for a choice of a vendor's tool.</summary>
    public JsonValue Raw { get; init; }
}
