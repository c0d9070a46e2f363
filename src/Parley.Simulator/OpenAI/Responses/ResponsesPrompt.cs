using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Reads a Responses request that <see cref="ResponsesRules"/> let pass.</summary>
internal static class ResponsesPrompt
{
    private const int PerItem = 3;

    public static Prompt Read(SimulatedCall call, StoredResponse? previous)
    {
        var body = call.Body;
        var text = previous?.LastUserText ?? "";
        var tokens = (previous?.Tokens ?? 0) + Tokens.Count(body.FindString("instructions") ?? "") + PerItem;
        var after = false;
        var input = body.Find("input")!.Value;
        if (input.ValueKind == JsonValueKind.String)
        {
            text = input.GetString()!;
            tokens += Tokens.Count(text) + PerItem;
        }
        else
        {
            foreach (var item in input.EnumerateArray())
            {
                tokens += PromptParts.Count(item.Find("content")) + Tokens.Count(item.FindString("output") ?? "") + PerItem;
                if (item.FindString("role") == "user")
                    (text, after) = (PromptParts.Text(item.Find("content")), false);
                else if (item.FindString("type") is "function_call_output" or "custom_tool_call_output")
                    after = true;
            }
        }
        var format = body.Find("text")?.Find("format");
        return new Prompt
        {
            Model = call.Model!,
            LastUserText = text,
            InputTokens = tokens,
            AfterToolResults = after,
            Tools = [.. body.FindArray("tools").Where(tool => tool.FindString("type") == "function")
                .Select(tool => new PromptTool(tool.FindString("name") ?? "", tool.Find("parameters")))],
            ToolChoice = PromptParts.ToolChoice(body),
            ParallelToolCalls = body.FindBool("parallel_tool_calls") ?? true,
            JsonText = format?.FindString("type") is "json_schema" or "json_object",
            Schema = format?.Find("schema"),
            MaxTokens = body.FindInt("max_output_tokens"),
            ReasoningEffort = body.Find("reasoning")?.FindString("effort"),
        };
    }
}
