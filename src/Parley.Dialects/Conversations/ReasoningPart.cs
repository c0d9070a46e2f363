using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// What the model thought, to be played back byte for byte to the family that made it, and to no other. A part with a signature
/// but no text stands for a signature that a vendor puts on another part (Gemini's <c>thoughtSignature</c>).
/// </summary>
public sealed class ReasoningPart : ContentPart
{
    /// <summary>The family whose signature it carries; <see cref="ReasoningOrigin.None"/> for plain text that anyone may have written.</summary>
    public ReasoningOrigin Origin { get; set; }

    /// <summary>The thought, or its summary in one text.</summary>
    public JsonString Text { get; set; }

    /// <summary>True when <see cref="Text"/> is a summary (Responses' <c>summary</c>) rather than the thought itself.</summary>
    public bool IsSummary { get; set; }

    /// <summary>The signature (Anthropic, Bedrock, Gemini), or the encrypted content (OpenAI).</summary>
    public JsonString Signature { get; set; }

    /// <summary>The data of a redacted block (Anthropic's <c>redacted_thinking</c>, Bedrock's <c>redactedContent</c>).</summary>
    public JsonString Redacted { get; set; }

    /// <summary>The reasoning item's id (Responses).</summary>
    public JsonString Id { get; set; }

    /// <summary>The tool call that a signature without text belongs to; none when it belongs to the part behind it.</summary>
    public JsonString CallId { get; set; }

    /// <summary>All texts when the origin has several (Responses' summary parts); null when <see cref="Text"/> is the only one.</summary>
    public List<JsonString>? Texts { get; set; }
}
