using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Reads a chat completions request that <see cref="ChatRules"/> let pass.</summary>
internal static class ChatPrompt
{
    // Role and separators, as OpenAI adds for each message.
    private const int PerMessage = 3;

    public static Prompt Read(SimulatedCall call)
    {
        var body = call.Body;
        var (text, tokens, after) = ("", PerMessage, false);
        foreach (var message in body.FindArray("messages"))
        {
            var content = message.Find("content");
            tokens += PromptParts.Count(content) + PerMessage;
            switch (message.FindString("role"))
            {
                case "user":
                    (text, after) = (PromptParts.Text(content), false);
                    break;
                case "tool" or "function":
                    after = true;
                    break;
            }
        }
        var format = body.Find("response_format");
        return new Prompt
        {
            Model = call.Model!,
            LastUserText = text,
            InputTokens = tokens,
            AfterToolResults = after,
            Tools = [.. body.FindArray("tools").Select(tool => tool.Find("function")).OfType<JsonElement>()
                .Select(function => new PromptTool(function.FindString("name") ?? "", function.Find("parameters")))],
            ToolChoice = PromptParts.ToolChoice(body),
            ParallelToolCalls = body.FindBool("parallel_tool_calls") ?? true,
            JsonText = format?.FindString("type") is "json_schema" or "json_object",
            Schema = format?.Find("json_schema")?.Find("schema"),
            MaxTokens = body.FindInt("max_completion_tokens") ?? body.FindInt("max_tokens"),
            Stop = body.Find("stop") is { ValueKind: JsonValueKind.String } one ? [one.GetString()!] : [.. body.FindArray("stop").Select(s => s.GetString() ?? "")],
            ReasoningEffort = body.FindString("reasoning_effort"),
        };
    }
}
