using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Reads a request. What stands in OpenAI's store and not in the request (a previous response, a conversation, a stored prompt) is kept
/// for OpenAI, and noted as what no other provider could answer for.
/// </summary>
internal static class ResponsesRequestReader
{
    internal static Conversation Read(JsonValue body)
    {
        var conversation = new Conversation(Dialect.OpenAIResponses);
        JsonValue input = default, instructions = default;
        foreach (var member in Expect.Object(body, "body").Members)
        {
            if (!member.Value.HasValue) Silent(conversation, member);
            else if (member.Is("model"u8)) conversation.Model = Expect.String(member.Value, "model");
            else if (member.Is("input"u8)) input = member.Value;
            else if (member.Is("instructions"u8)) instructions = Quoted(member.Value, "instructions");
            else if (member.Is("stream"u8)) Stream(conversation, member);
            else if (member.Is("tools"u8)) ResponsesToolReader.Tools(conversation, member.Value);
            else if (member.Is("tool_choice"u8)) conversation.ToolChoice = ResponsesToolReader.Choice(member.Value);
            else if (member.Is("text"u8)) Text(conversation, member);
            else if (member.Is("reasoning"u8)) Reasoning(conversation, member);
            else if (member.Is("include"u8)) Include(conversation, member);
            else Field(conversation, member);
        }

        if (!conversation.Model.IsPresent) throw Expect.Wrong(default, "model", "a string");
        if (instructions.IsPresent)
        {
            var turn = new Turn(TurnRole.System, -1);
            turn.Parts.Add(new TextPart(instructions.AsString()));
            conversation.Turns.Add(turn);
        }

        Input(conversation, input);
        return conversation;
    }

    /// <summary>A field that is kept for OpenAI and reported to nobody.</summary>
    internal static VendorField Silent(in JsonField member) => new(member.Name, member.Value, "") { IsSilent = true };

    private static void Input(Conversation conversation, JsonValue input)
    {
        if (input.IsString)
        {
            // One turn stands for the bare string; the silent field says that it was one.
            conversation.Vendor.Add(new VendorField(JsonString.Literal("input"u8), JsonValue.Literal("\"\""u8), "input")
            {
                IsSilent = true
            });
            var turn = new Turn(TurnRole.User, 0);
            turn.Parts.Add(new TextPart(input.AsString()));
            conversation.Turns.Add(turn);
        }
        else if (input.IsPresent) ResponsesInputReader.Read(conversation, Expect.Array(input, "input"));
        else if (conversation.Untranslatable.Count == 0) throw Expect.Wrong(default, "input", "a string or an array");
    }

    private static void Field(Conversation conversation, in JsonField member)
    {
        foreach (var (name, field, kind) in ResponsesRequestFields.All)
        {
            if (!member.Is(name)) continue;
            ResponsesRequestFields.Check(member.Value, kind, field);
            conversation.Fields[field] = member.Value;
            if (field == RequestField.PreviousResponse)
                Refuse(conversation, "previous_response_id", "the earlier answer is stored by the provider that gave it");
            if (field == RequestField.Background && member.Value.IsTrue)
                Refuse(conversation, "background", "only OpenAI answers in the background");
            return;
        }

        var path = member.Name.ToText();
        conversation.Vendor.Add(new VendorField(member.Name, member.Value, path));
        if (member.Is("conversation"u8)) Refuse(conversation, path, "the conversation is stored by OpenAI");
        if (member.Is("prompt"u8)) Refuse(conversation, path, "the prompt is stored by OpenAI");
    }

    private static void Refuse(Conversation conversation, string path, string reason) =>
        conversation.Untranslatable.Add(new TranslationObstacle(path, $"'{path}' cannot be used with this model: {reason}."));

    private static void Stream(Conversation conversation, in JsonField member)
    {
        conversation.IsStream = Expect.Boolean(member.Value, "stream").IsTrue;
        if (!conversation.IsStream) Silent(conversation, member);
    }

    private static void Text(Conversation conversation, in JsonField text)
    {
        if (Expect.Object(text.Value, "text").IsEmptyContainer) Silent(conversation, text);
        foreach (var member in text.Value.Members)
        {
            if (!member.Value.HasValue) Nested(conversation, member, "text.", isSilent: true);
            else if (member.Is("format"u8)) conversation.Output = Format(member.Value);
            else if (member.Is("verbosity"u8)) conversation.Fields[RequestField.Verbosity] = Quoted(member.Value, "text.verbosity");
            else Nested(conversation, member, "text.", isSilent: false);
        }
    }

    private static void Reasoning(Conversation conversation, in JsonField reasoning)
    {
        if (Expect.Object(reasoning.Value, "reasoning").IsEmptyContainer) Silent(conversation, reasoning);
        foreach (var member in reasoning.Value.Members)
        {
            if (!member.Value.HasValue) Nested(conversation, member, "reasoning.", isSilent: true);
            else if (member.Is("effort"u8)) conversation.Fields[RequestField.ReasoningEffort] = Quoted(member.Value, "reasoning.effort");
            else if (member.Is("summary"u8)) conversation.Fields[RequestField.ReasoningSummary] = Quoted(member.Value, "reasoning.summary");
            else Nested(conversation, member, "reasoning.", isSilent: false);
        }
    }

    // What is asked for beside the answer: thoughts to be played back come from every provider, log probabilities have a field of their
    // own.
    private static void Include(Conversation conversation, in JsonField include)
    {
        var isCarried = true;
        foreach (var item in Expect.Array(include.Value, "include").Items)
        {
            var what = Expect.String(item, "include[]");
            if (what.Is("message.output_text.logprobs"u8)) conversation.Fields[RequestField.Logprobs] = JsonValue.Literal("true"u8);
            else if (!what.Is("reasoning.encrypted_content"u8)) isCarried = false;
        }

        conversation.Vendor.Add(new VendorField(include.Name, include.Value, "include") { IsSilent = isCarried });
    }

    private static OutputFormat Format(JsonValue format)
    {
        var type = Expect.String(Expect.Object(format, "text.format").Member("type"u8), "text.format.type");
        if (type.Is("text"u8)) return new OutputFormat(OutputFormatKind.Text) { Raw = format };
        if (type.Is("json_object"u8)) return new OutputFormat(OutputFormatKind.JsonObject) { Raw = format };
        if (!type.Is("json_schema"u8)) return new OutputFormat(OutputFormatKind.Vendor) { Raw = format };
        return new OutputFormat(OutputFormatKind.JsonSchema)
        {
            Raw = format,
            Name = Expect.String(format.Member("name"u8), "text.format.name"),
            Description = format.Member("description"u8).AsString(),
            Schema = Expect.Object(format.Member("schema"u8), "text.format.schema"),
            Strict = format.Member("strict"u8) is { HasValue: true } strict ? Expect.Boolean(strict, "text.format.strict") : default,
        };
    }

    private static void Nested(Conversation conversation, in JsonField member, string parent, bool isSilent) =>
        conversation.Vendor.Add(new VendorField(member.Name, member.Value, parent + member.Name.ToText()) { IsSilent = isSilent });

    private static void Silent(Conversation conversation, in JsonField member) =>
        conversation.Vendor.Add(new VendorField(member.Name, member.Value, member.Name.ToText()) { IsSilent = true });

    private static JsonValue Quoted(JsonValue value, string path)
    {
        _ = Expect.String(value, path);
        return value;
    }
}
