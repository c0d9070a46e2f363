using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Reads a Messages request that <see cref="MessagesRules"/> let pass.</summary>
internal static class MessagesPrompt
{
    // Role and separators of a message, an image of middling size, a tool's frame.
    private const int PerMessage = 3;
    private const int ImageTokens = 85;

    public static Prompt Read(SimulatedCall call)
    {
        var body = call.Body;
        var (text, after) = ("", false);
        foreach (var message in body.FindArray("messages").Where(m => m.FindString("role") == "user"))
        {
            var said = PromptParts.Text(message.Find("content"));
            var results = MessageTurnRules.Blocks(message).Any(block => block.FindString("type") == "tool_result");
            // Results alone leave the question as it was; text beside them is a new one.
            (text, after) = results && said.Length == 0 ? (text, true) : (said, false);
        }
        var choice = body.Find("tool_choice");
        var format = body.Find("output_config")?.Find("format") ?? body.Find("output_format");
        return new Prompt
        {
            Model = call.Model!,
            LastUserText = text,
            InputTokens = Input(body).Total,
            AfterToolResults = after,
            Tools = [.. body.FindArray("tools").Where(tool => tool.FindString("type") is null or "custom")
                .Select(tool => new PromptTool(tool.FindString("name") ?? "", tool.Find("input_schema")))],
            ToolChoice = choice?.FindString("type") switch { "any" => "required", "none" => "none", "tool" => choice.Value.FindString("name")!, _ => "auto" },
            ParallelToolCalls = choice?.FindBool("disable_parallel_tool_use") is not true,
            JsonText = format is not null,
            Schema = format?.Find("schema"),
            MaxTokens = body.FindInt("max_tokens"),
            Stop = [.. body.FindArray("stop_sequences").Select(stop => stop.GetString()!)],
            Reasons = MessageThinkingRules.IsOn(body),
            ToolIdPrefix = "toolu_01",
        };
    }

    /// <summary>The tokens in the order in which they are cached: tools, system, messages; each breakpoint caches all before it.</summary>
    public static MessageInput Input(JsonElement body)
    {
        var input = new MessageInput(0, 0, false);
        foreach (var tool in body.FindArray("tools"))
            input = input.Plus(Tokens.Count(tool.GetRawText()), tool);
        if (body.Find("system") is { ValueKind: JsonValueKind.String } system)
            input = input.Plus(Tokens.Count(system.GetString()!), default);
        foreach (var block in body.FindArray("system"))
            input = input.Plus(Tokens.Count(block.FindString("text") ?? ""), block);
        foreach (var message in body.FindArray("messages"))
        {
            input = input.Plus(PerMessage + (message.FindString("content") is { } text ? Tokens.Count(text) : 0), default);
            foreach (var block in MessageTurnRules.Blocks(message))
                input = input.Plus(Count(block), block);
        }
        return input.Plus(0, body);
    }

    private static int Count(JsonElement block) => block.FindString("type") switch
    {
        "text" => Tokens.Count(block.FindString("text") ?? ""),
        "image" => ImageTokens,
        "document" => Tokens.Count(block.Find("source")?.FindString("data") ?? ""),
        // What was thought in earlier turns is not counted.
        "thinking" or "redacted_thinking" => 0,
        "tool_result" => block.FindString("content") is { } text ? Tokens.Count(text) : block.FindArray("content").Sum(Count),
        _ => Tokens.Count(block.Find("input")?.GetRawText() ?? ""),
    };
}
