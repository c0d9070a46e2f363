using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What chat and Responses have in common about content and tools.</summary>
internal static class PromptParts
{
    // What OpenAI counts for an image at low detail.
    private const int ImageTokens = 85;

    /// <summary>The text of a string or of content parts; text parts are joined.</summary>
    public static string Text(JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.String } text)
            return text.GetString()!;
        if (content is not { ValueKind: JsonValueKind.Array } parts)
            return "";
        var joined = new StringBuilder();
        foreach (var part in parts.EnumerateArray())
            joined.Append(part.FindString("text"));
        return joined.ToString();
    }

    /// <summary>Tokens of a string or of content parts.</summary>
    public static int Count(JsonElement? content)
    {
        var images = content is { ValueKind: JsonValueKind.Array } parts
            ? parts.EnumerateArray().Count(part => part.FindString("type") is "image_url" or "input_image")
            : 0;
        return Tokens.Count(Text(content)) + (images * ImageTokens);
    }

    /// <summary>Reads <c>tool_choice</c>; both dialects name a forced tool, in two places.</summary>
    public static string ToolChoice(JsonElement body) => body.Find("tool_choice") switch
    {
        { ValueKind: JsonValueKind.String } word => word.GetString()!,
        { ValueKind: JsonValueKind.Object } forced => forced.FindString("name") ?? forced.Find("function")?.FindString("name") ?? "auto",
        _ => "auto",
    };
}
