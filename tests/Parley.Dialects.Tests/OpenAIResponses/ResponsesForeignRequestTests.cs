using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Requests of other dialects, written for OpenAI: whole bodies, and what could not be carried.</summary>
public sealed class ResponsesForeignRequestTests
{
    [Fact]
    public void Request_OfMessages_IsWrittenWithoutStateAndWithItsThoughts()
    {
        var conversation = new Conversation(Dialect.AnthropicMessages) { IsStream = true, ToolChoice = new ToolChoice(ToolChoiceMode.Named) { Name = Text("f") } };
        conversation.Turns.Add(Turn(TurnRole.System, -1, new TextPart(Text("Be")), new TextPart(Text("brief."))));
        conversation.Turns.Add(Turn(TurnRole.User, 0,
            new TextPart(Text("Look")) { Index = 0, CacheControl = JsonValue.Literal("{\"type\":\"ephemeral\"}"u8) },
            new MediaPart(MediaKind.Image, MediaSourceKind.Base64, Text("iVBO")) { Index = 1, MediaType = Text("image/png") },
            new MediaPart(MediaKind.Document, MediaSourceKind.Base64, Text("JVBE")) { Index = 2, MediaType = Text("application/pdf") },
            new MediaPart(MediaKind.Document, MediaSourceKind.Text, Text("plain")) { Index = 3 }));
        conversation.Turns.Add(Turn(TurnRole.Assistant, 1,
            new ReasoningPart { Index = 0, Origin = ReasoningOrigin.OpenAI, Id = Text("rs_1"), Text = Text("Hm"), Signature = Text("gAAA") },
            new ReasoningPart { Index = 1, Origin = ReasoningOrigin.Anthropic, Text = Text("Ah"), Signature = Text("EqQB") },
            new TextPart(Text("Calling")) { Index = 2 },
            new ToolCallPart(Text("toolu:1"), Text("f")) { Index = 3, Arguments = "{\"a\":\"é\"}"u8.ToArray() },
            new ToolCallPart(Text("toolu_2"), Text("f")) { Index = 4 }));
        var failed = new ToolResultPart(Text("toolu:1")) { Index = 0, IsError = true };
        failed.Content.Add(new TextPart(Text("boom")));
        var shown = new ToolResultPart(Text("toolu_2")) { Index = 1 };
        shown.Content.Add(new TextPart(Text("see")) { Index = 0 });
        shown.Content.Add(new MediaPart(MediaKind.Image, MediaSourceKind.Url, Text("https://e.org/a.png")) { Index = 1 });
        conversation.Turns.Add(Turn(TurnRole.User, 2, failed, shown, new TextPart(Text("Go on")) { Index = 2 }));
        conversation.Tools.Add(new ToolDefinition(ToolKind.Function, Text("f")) { Schema = JsonValue.Literal("{\"type\":\"object\"}"u8), Description = Text("d") });
        conversation.Tools.Add(new ToolDefinition(ToolKind.WebSearch, Text("web_search"))
        {
            Index = 1,
            Raw = JsonValue.Literal("""{"type":"web_search_20250305","name":"web_search","max_uses":3,"allowed_domains":["e.org"]}"""u8),
        });
        conversation.Fields[RequestField.MaxOutputTokens] = JsonValue.Number(8);
        conversation.Fields[RequestField.Temperature] = JsonValue.Literal("0.5"u8);
        conversation.Fields[RequestField.TopK] = JsonValue.Number(4);
        conversation.Fields[RequestField.User] = JsonValue.Quote(Text(new string('u', 65)));
        conversation.Fields[RequestField.ReasoningMode] = JsonValue.Literal("\"enabled\""u8);
        conversation.Fields[RequestField.ReasoningBudget] = JsonValue.Number(4096);
        conversation.StopSequences.Add(Text("END"));
        conversation.Vendor.Add(new VendorField(Text("container"), JsonValue.Literal("\"c\""u8), "container"));

        var (written, losses, _) = ResponsesWire.WriteRequest(conversation, "gpt-5");
        ResponsesWire.AssertEqual(
            $$$"""
            {"model":"gpt-5","instructions":"Be\n\nbrief.","input":[
              {"type":"message","role":"user","content":[
                {"type":"input_text","text":"Look"},
                {"type":"input_image","image_url":"data:image/png;base64,iVBO"},
                {"type":"input_file","file_data":"data:application/pdf;base64,JVBE","filename":"document.pdf"},
                {"type":"input_text","text":"plain"}]},
              {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"gAAA"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Calling"}]},
              {"type":"function_call","call_id":"enc_746f6f6c753a31","name":"f","arguments":"{\"a\":\"é\"}"},
              {"type":"function_call","call_id":"toolu_2","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"enc_746f6f6c753a31","output":"boom"},
              {"type":"function_call_output","call_id":"toolu_2","output":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"https://e.org/a.png"}]},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Go on"}]}],
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false},{"type":"web_search","filters":{"allowed_domains":["e.org"]}}],
             "tool_choice":{"type":"function","name":"f"},
             "reasoning":{"effort":"high","summary":"auto"},"max_output_tokens":16,"user":"{{{Hash(new string('u', 65))}}}",
             "store":false,"include":["reasoning.encrypted_content"],"stream":true}
            """,
            written);
        Assert.Equal(
            [
                "container", "max_tokens", "messages[0].content[0].cache_control", "messages[1].content[1].reasoning",
                "messages[2].content[0].is_error", "stop_sequences", "temperature", "tools[1].max_uses", "top_k",
            ],
            losses.Losses.Select(loss => loss.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Request_OfSystemTextAlone_AsksAsTheUser()
    {
        var conversation = new Conversation(Dialect.AnthropicMessages);
        conversation.Turns.Add(Turn(TurnRole.System, -1, new TextPart(Text("Say hi"))));
        var (written, _, _) = ResponsesWire.WriteRequest(conversation, "gpt-4o");
        ResponsesWire.AssertEqual(
            """{"model":"gpt-4o","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Say hi"}]}],"store":false}""", written);
    }

    [Fact]
    public void Schema_ForAModelWithoutSchemas_BecomesAToolThatMustBeCalled()
    {
        var conversation = new Conversation(Dialect.OpenAIChat) { Output = new OutputFormat(OutputFormatKind.JsonSchema) { Schema = JsonValue.Literal("{\"type\":\"object\"}"u8) } };
        conversation.Turns.Add(Turn(TurnRole.User, 0, new TextPart(Text("x"))));
        var (written, losses, writing) = ResponsesWire.WriteRequest(conversation, "gpt-4-turbo");
        ResponsesWire.AssertEqual(
            """
            {"model":"gpt-4-turbo","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}],
             "tools":[{"type":"function","name":"parley_output","description":"Gives the answer. Its arguments are the whole answer.","parameters":{"type":"object"},"strict":false}],
             "tool_choice":{"type":"function","name":"parley_output"},"store":false}
            """,
            written);
        Assert.Equal("parley_output", writing.OutputTool.ToText());
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void Request_OfChat_CarriesWhatOpenAIKnowsInBoth()
    {
        var conversation = new Conversation(Dialect.OpenAIChat)
        {
            Output = new OutputFormat(OutputFormatKind.JsonSchema) { Name = Text("n"), Schema = JsonValue.Literal("{\"type\":\"object\"}"u8), Strict = JsonValue.Literal("true"u8) },
            ToolChoice = new ToolChoice(ToolChoiceMode.Required) { Allowed = [Text("f"), Text("sql")] },
        };
        conversation.Turns.Add(Turn(TurnRole.Developer, 0, new TextPart(Text("Be brief."))));
        conversation.Turns.Add(Turn(TurnRole.User, 1, new TextPart(Text("x"))));
        conversation.Tools.Add(new ToolDefinition(ToolKind.Custom, Text("sql"))
        {
            Raw = JsonValue.Literal("""{"type":"custom","custom":{"name":"sql","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"s"}}}}"""u8),
        });
        conversation.Fields[RequestField.Logprobs] = JsonValue.Literal("true"u8);
        conversation.Fields[RequestField.TopLogprobs] = JsonValue.Number(3);
        conversation.Fields[RequestField.ChoiceCount] = JsonValue.Number(2);
        conversation.Fields[RequestField.Seed] = JsonValue.Number(1);
        conversation.Fields[RequestField.Store] = JsonValue.Literal("true"u8);
        conversation.Fields[RequestField.Verbosity] = JsonValue.Literal("\"low\""u8);
        conversation.Fields[RequestField.WebSearchOptions] = JsonValue.Literal("""{"user_location":{"type":"approximate","approximate":{"city":"Oslo"}}}"""u8);
        var (written, losses, _) = ResponsesWire.WriteRequest(conversation, "gpt-4.1");
        ResponsesWire.AssertEqual(
            """
            {"model":"gpt-4.1","input":[
              {"type":"message","role":"developer","content":[{"type":"input_text","text":"Be brief."}]},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}],
             "tools":[{"type":"custom","name":"sql","format":{"type":"grammar","syntax":"lark","definition":"s"}},
               {"type":"web_search","user_location":{"type":"approximate","city":"Oslo"}}],
             "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"},{"type":"custom","name":"sql"}]},
             "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},
             "top_logprobs":3,"store":false,"include":["message.output_text.logprobs"]}
            """,
            written);
        Assert.Equal(["n", "seed", "store"], losses.Losses.Select(loss => loss.Path).Order(StringComparer.Ordinal));
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static Turn Turn(TurnRole role, int index, params ContentPart[] parts)
    {
        var turn = new Turn(role, index);
        turn.Parts.AddRange(parts);
        return turn;
    }

    private static JsonString Text(string text) => JsonString.From(text);
}
