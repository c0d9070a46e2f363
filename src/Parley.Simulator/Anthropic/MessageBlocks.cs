using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The blocks an answer is made of: thoughts, a search where one was asked for, then text or calls.</summary>
internal static class MessageBlocks
{
    public static IReadOnlyList<MessageBlock> Of(SimulatedCall call, Prompt prompt, Answer answer, bool searches)
    {
        var blocks = new List<MessageBlock>();
        if (answer.Thinking is { } thought)
            blocks.Add(prompt.LastUserText.Contains("simulate:redacted_thinking", StringComparison.Ordinal) ? Redacted(call) : Thought(call, thought));
        Action<Utf8JsonWriter>? citation = Cited(call.Body) is { } cited ? writer => WriteDocumentCitation(writer, cited) : null;
        if (searches)
        {
            var id = call.Id("srvtoolu_01", 22);
            var input = Json.Write(prompt.LastUserText, static (writer, query) =>
            {
                writer.WriteStartObject();
                writer.WriteString("query", query);
                writer.WriteEndObject();
            });
            blocks.Add(MessageBlock.ToolUse("server_tool_use", id, "web_search", System.Text.Encoding.UTF8.GetString(input)));
            blocks.Add(MessageBlock.WebSearchResult(id, prompt.LastUserText));
            citation = writer => WriteSearchCitation(writer, prompt.LastUserText);
        }
        if (answer.Pieces.Count > 0)
            blocks.Add(MessageBlock.Text(answer.Pieces, citation));
        foreach (var tool in answer.ToolCalls)
            blocks.Add(MessageBlock.ToolUse("tool_use", tool.Id, tool.Name, tool.Arguments));
        return blocks;
    }

    private static MessageBlock Thought(SimulatedCall call, string thought)
    {
        var display = call.Body.Find("thinking")?.FindString("display");
        var kept = display == "omitted" || (display is null && ClaudeTraits.Of(call.Model!).KeepsThoughts);
        var text = kept ? "" : thought;
        return MessageBlock.Thinking(Tokens.Split(text), ReasoningSeal.Sign(call, "claude", text));
    }

    private static MessageBlock Redacted(SimulatedCall call) => MessageBlock.Redacted(ReasoningSeal.Sign(call, "claude-redacted", ""));

    // The first document that asks to be cited and is text: others would be cited by page.
    private static JsonElement? Cited(JsonElement body) => body.FindArray("messages").SelectMany(MessageTurnRules.Blocks)
        .Where(block => block.FindString("type") == "document" && block.Find("citations")?.FindBool("enabled") is true
            && block.Find("source")?.FindString("type") == "text")
        .Select(block => (JsonElement?)block).FirstOrDefault();

    private static void WriteDocumentCitation(Utf8JsonWriter writer, JsonElement document)
    {
        var text = document.Find("source")!.Value.FindString("data") ?? "";
        var end = Math.Min(text.Length, 64);
        writer.WriteStartObject();
        writer.WriteString("type", "char_location");
        writer.WriteString("cited_text", text[..end]);
        writer.WriteNumber("document_index", 0);
        writer.WriteString("document_title", document.FindString("title"));
        writer.WriteNumber("start_char_index", 0);
        writer.WriteNumber("end_char_index", end);
        writer.WriteNull("file_id");
        writer.WriteEndObject();
    }

    private static void WriteSearchCitation(Utf8JsonWriter writer, string query)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "web_search_result_location");
        writer.WriteString("cited_text", query);
        writer.WriteString("url", "https://example.com/found");
        writer.WriteString("title", $"About {query}");
        writer.WriteString("encrypted_index", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(query)));
        writer.WriteEndObject();
    }
}
