using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Reads the body of <c>POST /model/{id}/converse</c> and <c>/converse-stream</c>.</summary>
internal static class ConverseRequestReader
{
    internal static Conversation Read(JsonValue body, RequestHints hints)
    {
        Expect.Object(body, "body");
        var conversation = new Conversation(Dialect.BedrockConverse) { Model = hints.Model, IsStream = hints.IsStream, WantsStreamUsage = true };
        var isClaude = ModelTraitsTable.Of(hints.Model.ToText()).Family == ModelFamily.Claude;
        var content = new ConverseContentReader(isClaude ? ReasoningOrigin.Anthropic : ReasoningOrigin.Bedrock);
        foreach (var member in body.Members)
        {
            var value = member.Value;
            if (value.IsNull) continue;
            if (member.Is("messages"u8)) Messages(value, conversation, content);
            else if (member.Is("system"u8)) System(value, conversation, content);
            else if (member.Is("inferenceConfig"u8)) Inference(value, conversation);
            else if (member.Is("toolConfig"u8)) ConverseToolsReader.Read(value, conversation);
            else if (member.Is("additionalModelRequestFields"u8)) Additional(value, conversation);
            else if (member.Is("guardrailConfig"u8)) conversation.Fields[RequestField.Guardrail] = Expect.Object(value, "guardrailConfig");
            else if (member.Is("requestMetadata"u8)) conversation.Fields[RequestField.Metadata] = Expect.Object(value, "requestMetadata");
            else if (member.Is("serviceTier"u8)) ServiceTier(value, conversation);
            else if (member.Is("outputConfig"u8)) Output(value, conversation);
            else conversation.Vendor.Add(new VendorField(member.Name, value, member.Name.ToText()));
        }

        return conversation;
    }

    private static void Messages(JsonValue messages, Conversation conversation, ConverseContentReader content)
    {
        var index = 0;
        foreach (var message in Expect.Array(messages, "messages").Items)
        {
            var path = $"messages[{index}]";
            Expect.Object(message, path);
            var role = Expect.String(message.Member("role"u8), path + ".role");
            var turn = new Turn(
                role.Is("user"u8) ? TurnRole.User
                : role.Is("assistant"u8) ? TurnRole.Assistant
                : throw Expect.Unknown(role, path + ".role", "user, assistant"),
                index++);
            content.ReadBlocks(message.Member("content"u8), path + ".content", turn.Parts);
            foreach (var member in message.Members)
            {
                if (member.Is("role"u8) || member.Is("content"u8)) continue;
                (turn.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
            }

            conversation.Turns.Add(turn);
        }
    }

    private static void System(JsonValue system, Conversation conversation, ConverseContentReader content)
    {
        var turn = new Turn(TurnRole.System, -1);
        content.ReadBlocks(system, "system", turn.Parts);
        if (turn.Parts.Count > 0) conversation.Turns.Insert(0, turn);
    }

    private static void Inference(JsonValue config, Conversation conversation)
    {
        const string Path = "inferenceConfig";
        foreach (var member in Expect.Object(config, Path).Members)
        {
            var value = member.Value;
            if (value.IsNull) continue;
            if (member.Is("maxTokens"u8)) conversation.Fields[RequestField.MaxOutputTokens] = Expect.Integer(value, Path + ".maxTokens");
            else if (member.Is("temperature"u8)) conversation.Fields[RequestField.Temperature] = Expect.Number(value, Path + ".temperature");
            else if (member.Is("topP"u8)) conversation.Fields[RequestField.TopP] = Expect.Number(value, Path + ".topP");
            else if (member.Is("stopSequences"u8))
            {
                foreach (var text in Expect.Array(value, Path + ".stopSequences").Items)
                    conversation.StopSequences.Add(Expect.String(text, Path + ".stopSequences"));
            }
            else conversation.Vendor.Add(new VendorField(member.Name, value, $"{Path}.{member.Name}"));
        }
    }

    // Each family names its settings in its own way: Claude thinking, output_config.effort and top_k; Nova reasoningConfig; gpt-oss reasoning_effort.
    private static void Additional(JsonValue fields, Conversation conversation)
    {
        const string Path = "additionalModelRequestFields";
        foreach (var member in Expect.Object(fields, Path).Members)
        {
            var value = member.Value;
            if (member.Is("top_k"u8) && value.AsInt64() is not null) conversation.Fields[RequestField.TopK] = value;
            else if (member.Is("thinking"u8) && IsOnly(value, "type"u8, "budget_tokens"u8, "display"u8))
            {
                conversation.Fields[RequestField.ReasoningMode] = value.Member("type"u8);
                conversation.Fields[RequestField.ReasoningBudget] = value.Member("budget_tokens"u8);
                conversation.Fields[RequestField.ReasoningSummary] = value.Member("display"u8);
            }
            else if (member.Is("reasoningConfig"u8) && IsOnly(value, "type"u8, "maxReasoningEffort"u8, default))
            {
                conversation.Fields[RequestField.ReasoningMode] = value.Member("type"u8);
                conversation.Fields[RequestField.ReasoningEffort] = value.Member("maxReasoningEffort"u8);
            }
            else if (member.Is("output_config"u8) && IsOnly(value, "effort"u8, default, default))
                conversation.Fields[RequestField.ReasoningEffort] = value.Member("effort"u8);
            else if (member.Is("reasoning_effort"u8) && value.IsString) conversation.Fields[RequestField.ReasoningEffort] = value;
            else conversation.Vendor.Add(new VendorField(member.Name, value, $"{Path}.{member.Name}"));
        }
    }

    private static void ServiceTier(JsonValue tier, Conversation conversation)
    {
        if (IsOnly(Expect.Object(tier, "serviceTier"), "type"u8, default, default)) conversation.Fields[RequestField.ServiceTier] = tier.Member("type"u8);
        else conversation.Vendor.Add(new VendorField(JsonString.Literal("serviceTier"u8), tier, "serviceTier"));
    }

    private static void Output(JsonValue config, Conversation conversation)
    {
        var format = Expect.Object(config, "outputConfig").Member("textFormat"u8);
        var schema = format.Member("structure"u8).Member("jsonSchema"u8);
        if (!IsOnly(config, "textFormat"u8, default, default) || !format.Member("type"u8).AsString().Is("json_schema"u8) || !schema.IsObject)
        {
            conversation.Vendor.Add(new VendorField(JsonString.Literal("outputConfig"u8), config, "outputConfig"));
            return;
        }

        const string Path = "outputConfig.textFormat.structure.jsonSchema.schema";
        // Bedrock takes the schema as a string that holds JSON.
        var text = Expect.String(schema.Member("schema"u8), Path);
        if (!JsonValue.TryParse(text.ToUtf8(), out var parsed) || !parsed.IsObject)
            throw new DialectException(Path, $"'{Path}' must be a JSON schema, written as a string.");
        conversation.Output = new OutputFormat(OutputFormatKind.JsonSchema)
        {
            Name = schema.Member("name"u8).AsString(),
            Description = schema.Member("description"u8).AsString(),
            Schema = parsed,
            Raw = config,
        };
    }

    // True for an object whose members are all among these, strings or whole numbers.
    private static bool IsOnly(JsonValue value, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        if (!value.IsObject || value.IsEmptyContainer) return false;
        foreach (var member in value.Members)
        {
            if (!member.Value.IsString && member.Value.AsInt64() is null) return false;
            if (!member.Is(first) && (second.IsEmpty || !member.Is(second)) && (third.IsEmpty || !member.Is(third))) return false;
        }

        return true;
    }
}
