using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Reads a request's outermost object; the blocks and tools are read by their own readers.</summary>
internal static class MessagesRequestReader
{
    internal static Conversation Read(JsonValue body, RequestHints hints)
    {
        Expect.Object(body, "body");
        var request = new Conversation(Dialect.AnthropicMessages);
        JsonValue messages = default;
        foreach (var member in body.Members)
        {
            if (member.Is("messages"u8)) messages = member.Value;
            else Setting(request, member);
        }

        if (request.Model.IsEmpty) throw new DialectException("model", "'model' is missing: a string is required.");
        if (!request.Fields.Has(RequestField.MaxOutputTokens) && !hints.HasDefaultLimit)
            throw new DialectException("max_tokens", "'max_tokens' is missing: a whole number is required.");
        Messages(request, messages);
        return request;
    }

    private static void Setting(Conversation request, JsonField member)
    {
        var value = member.Value;
        var name = member.Name.ToText();
        switch (name)
        {
            case "model":
                request.Model = Expect.String(value, name);
                break;
            case "max_tokens":
                request.Fields[RequestField.MaxOutputTokens] = Expect.Integer(value, name);
                break;
            case "stream":
                request.IsStream = value.HasValue && Expect.Boolean(value, name).IsTrue;
                if (!request.IsStream) request.Vendor.Add(MessagesBlockReader.Silent(member, name));
                break;
            case "temperature" when value.HasValue:
                request.Fields[RequestField.Temperature] = Expect.Number(value, name);
                break;
            case "top_p" when value.HasValue:
                request.Fields[RequestField.TopP] = Expect.Number(value, name);
                break;
            case "top_k" when value.HasValue:
                request.Fields[RequestField.TopK] = Expect.Integer(value, name);
                break;
            case "service_tier" when value.HasValue:
                Expect.String(value, name);
                request.Fields[RequestField.ServiceTier] = value;
                break;
            case "stop_sequences" when value.HasValue:
                foreach (var sequence in Expect.Array(value, name).Items) request.StopSequences.Add(Expect.String(sequence, "stop_sequences[]"));
                break;
            case "system" when value.HasValue:
                System(request, value);
                break;
            case "tools" when value.HasValue:
                MessagesToolReader.ReadTools(request, Expect.Array(value, name));
                break;
            case "tool_choice" when value.HasValue:
                MessagesToolReader.ReadChoice(request, Expect.Object(value, name));
                break;
            case "thinking" when value.HasValue:
                Thinking(request, Expect.Object(value, name));
                break;
            case "output_config" when value.HasValue:
                OutputConfig(request, Expect.Object(value, name));
                break;
            case "thread" when value.HasValue:
                MessagesThread.Read(request, Expect.Object(value, name));
                break;
            case "metadata" when value.HasValue:
                Metadata(request, Expect.Object(value, name));
                break;
            default:
                request.Vendor.Add(value.HasValue ? new VendorField(member.Name, value, name) : MessagesBlockReader.Silent(member, name));
                break;
        }
    }

    private static void System(Conversation request, JsonValue value)
    {
        var turn = new Turn(TurnRole.System, -1);
        if (value.IsString) turn.Parts.Add(new TextPart(value.AsString()));
        else MessagesBlockReader.Read(turn.Parts, Expect.Array(value, "system"), "system");
        request.Turns.Add(turn);
    }

    private static void Thinking(Conversation request, JsonValue thinking)
    {
        foreach (var member in thinking.Members)
        {
            var path = $"thinking.{member.Name.ToText()}";
            if (member.Is("type"u8)) request.Fields[RequestField.ReasoningMode] = Text(member.Value, path);
            else if (member.Is("budget_tokens"u8)) request.Fields[RequestField.ReasoningBudget] = Expect.Integer(member.Value, path);
            else if (member.Is("display"u8) && member.Value.HasValue) request.Fields[RequestField.ReasoningSummary] = Text(member.Value, path);
            else Keep(request, member, path);
        }

        var mode = request.Fields[RequestField.ReasoningMode].AsString();
        if (!mode.Is("enabled"u8) && !mode.Is("disabled"u8) && !mode.Is("adaptive"u8))
            throw Expect.Unknown(mode, "thinking.type", "enabled, disabled, adaptive");
        if (mode.Is("enabled"u8) && !request.Fields.Has(RequestField.ReasoningBudget))
            throw new DialectException("thinking.budget_tokens", "'thinking.budget_tokens' is missing: a whole number is required.");
    }

    private static void OutputConfig(Conversation request, JsonValue config)
    {
        foreach (var member in config.Members)
        {
            var path = $"output_config.{member.Name.ToText()}";
            if (!member.Value.HasValue) Keep(request, member, path);
            else if (member.Is("effort"u8)) request.Fields[RequestField.ReasoningEffort] = Text(member.Value, path);
            else if (member.Is("format"u8)) request.Output = Format(Expect.Object(member.Value, path), path);
            else Keep(request, member, path);
        }
    }

    private static OutputFormat Format(JsonValue format, string path)
    {
        var schema = format.Member("schema"u8);
        return Expect.String(format.Member("type"u8), path + ".type").Is("json_schema"u8)
            ? new OutputFormat(OutputFormatKind.JsonSchema) { Schema = Expect.Object(schema, path + ".schema"), Raw = format }
            : new OutputFormat(OutputFormatKind.Vendor) { Raw = format };
    }

    private static void Metadata(Conversation request, JsonValue metadata)
    {
        foreach (var member in metadata.Members)
        {
            var path = $"metadata.{member.Name.ToText()}";
            if (!member.Value.HasValue) Keep(request, member, path);
            else if (member.Is("user_id"u8)) request.Fields[RequestField.User] = Text(member.Value, path);
            else Keep(request, member, path);
        }
    }

    private static void Messages(Conversation request, JsonValue messages)
    {
        var index = 0;
        foreach (var message in Expect.Array(messages, "messages").Items)
        {
            var path = $"messages[{index}]";
            Expect.Object(message, path);
            var role = Expect.String(message.Member("role"u8), path + ".role");
            var turn = new Turn(Role(role, path), index++);
            foreach (var member in message.Members)
            {
                if (member.Is("role"u8) || member.Is("content"u8)) continue;
                (turn.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name.ToText()}"));
            }

            var content = message.Member("content"u8);
            if (content.IsString) turn.Parts.Add(new TextPart(content.AsString()));
            else if (content.IsArray) MessagesBlockReader.Read(turn.Parts, content, path + ".content");
            else throw Expect.Wrong(content, path + ".content", "a string or an array");
            request.Turns.Add(turn);
        }

        // A paused answer of a thread is taken up without another message.
        if (index == 0 && request.Untranslatable.Count == 0) throw new DialectException("messages", "'messages' is empty: at least one message is required.");
    }

    private static TurnRole Role(JsonString role, string path) =>
        role.Is("user"u8) ? TurnRole.User
        : role.Is("assistant"u8) ? TurnRole.Assistant
        : role.Is("system"u8) ? TurnRole.System // in the middle of a conversation, on models that take it
        : throw Expect.Unknown(role, path + ".role", "user, assistant, system");

    private static void Keep(Conversation request, in JsonField member, string path) => request.Vendor.Add(
        member.Value.HasValue ? new VendorField(member.Name, member.Value, path) : MessagesBlockReader.Silent(member, path));

    private static JsonValue Text(JsonValue value, string path)
    {
        Expect.String(value, path);
        return value;
    }
}
