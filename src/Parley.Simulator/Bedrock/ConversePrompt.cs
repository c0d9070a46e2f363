using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Reads a Converse request that <see cref="ConverseRules"/> let pass.</summary>
internal static class ConversePrompt
{
    private const int PerMessage = 3;
    private const int ImageTokens = 85;

    public static Prompt Read(SimulatedCall call)
    {
        var body = call.Body;
        var (text, after) = ("", false);
        foreach (var message in body.FindArray("messages").Where(message => message.FindString("role") == "user"))
        {
            var said = string.Concat(message.FindArray("content").Select(block => block.FindString("text")));
            var results = message.FindArray("content").Any(block => block.Find("toolResult") is not null);
            (text, after) = results && said.Length == 0 ? (text, true) : (said, false);
        }
        var config = body.Find("inferenceConfig") ?? default;
        var choice = body.Find("toolConfig")?.Find("toolChoice") ?? default;
        var format = body.Find("outputConfig")?.Find("textFormat")?.Find("structure")?.Find("jsonSchema")?.FindString("schema");
        return new Prompt
        {
            Model = call.Model!,
            LastUserText = text,
            InputTokens = Count(body, upToCachePoint: false),
            AfterToolResults = after,
            Tools = [.. (body.Find("toolConfig")?.FindArray("tools") ?? []).Select(tool => tool.Find("toolSpec")).OfType<JsonElement>()
                .Select(spec => new PromptTool(spec.FindString("name")!, spec.Find("inputSchema")?.Find("json")))],
            ToolChoice = choice.Find("any") is not null ? "required" : choice.Find("tool")?.FindString("name") ?? "auto",
            // Converse has no word for it; Claude takes Anthropic's.
            ParallelToolCalls =
                body.Find("additionalModelRequestFields")?.Find("tool_choice")?.FindBool("disable_parallel_tool_use") is not true,
            JsonText = format is not null,
            Schema = format is null ? null : Parse(format),
            MaxTokens = config.FindInt("maxTokens"),
            Stop = [.. config.FindArray("stopSequences").Select(stop => stop.GetString()!)],
            Reasons = Reasons(body),
            ToolIdPrefix = "tooluse_",
        };
    }

    /// <summary>Tokens of tools, system and messages; or of what stands before the last cache point.</summary>
    public static int Count(JsonElement body, bool upToCachePoint)
    {
        var (all, cached) = (0, 0);
        var blocks = (body.Find("toolConfig")?.FindArray("tools") ?? []).Concat(body.FindArray("system"))
            .Concat(body.FindArray("messages").SelectMany(message => message.FindArray("content")));
        foreach (var block in blocks)
        {
            if (block.Find("cachePoint") is not null)
                cached = all;
            else if (block.Find("image") is not null || block.Find("document") is not null)
                all += ImageTokens;
            else if (block.Find("reasoningContent") is null)
                all += Tokens.Count(block.FindString("text") ?? block.GetRawText());
        }
        return upToCachePoint ? cached : all + (body.FindArray("messages").Count() * PerMessage);
    }

    // Claude by Anthropic's own setting, Nova 2 by Amazon's.
    private static bool Reasons(JsonElement body)
    {
        var fields = body.Find("additionalModelRequestFields") ?? default;
        return fields.Find("thinking")?.FindString("type") is "enabled" or "adaptive" || fields.Find("reasoningConfig")?.FindString("type") is "enabled";
    }

    private static JsonElement? Parse(string schema)
    {
        try
        {
            using var document = JsonDocument.Parse(schema);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
