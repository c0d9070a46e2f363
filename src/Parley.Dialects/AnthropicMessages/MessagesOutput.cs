using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Structured output: native where the model has it, else a tool that stands for it.</summary>
internal static class MessagesOutput
{
    internal static ReadOnlySpan<byte> ToolName => "parley_output"u8;

    /// <summary>True when <c>output_config.format</c> says it.</summary>
    internal static bool IsNative(RequestWriting writing)
    {
        var output = writing.Conversation.Output;
        if (output is null) return false;
        var isOwn = writing.Conversation.Origin == Dialect.AnthropicMessages;
        if (isOwn && (output.Kind == OutputFormatKind.Vendor || writing.Traits.Family == ModelFamily.Unknown)) return !writing.Target.IsAzure;
        return output.Kind == OutputFormatKind.JsonSchema && writing.Traits.HasJsonSchema && !writing.Target.IsAzure;
    }

    /// <summary>
    /// True when a tool of ours is to stand for it: no native form, or only "some JSON object", for which Anthropic has no
    /// word.
    /// </summary>
    internal static bool NeedsTool(RequestWriting writing) =>
        writing.Conversation.Output?.Kind is OutputFormatKind.JsonSchema or OutputFormatKind.JsonObject && !IsNative(writing);

    internal static void WriteFormat(RequestWriting writing)
    {
        var output = writing.Conversation.Output!;
        var json = writing.Json.Name("format"u8);
        if (writing.Conversation.Origin == Dialect.AnthropicMessages && output.Raw.IsPresent)
        {
            json.Value(output.Raw);
            return;
        }

        json.BeginObject().Member("type"u8, "json_schema"u8).Name("schema"u8);
        var path = RequestFieldNames.Of(RequestField.OutputFormat, writing.Conversation.Origin) + ".schema";
        SchemaLowering.Write(output.Schema, ClaudeSchemaRules.OutputFormat, path, json, writing.Losses);
        json.EndObject();
    }

    internal static void WriteTool(RequestWriting writing)
    {
        var output = writing.Conversation.Output!;
        writing.OutputTool = JsonString.Literal(ToolName);
        var json = writing.Json.BeginObject().Member("name"u8, ToolName);
        if (output.Description.IsEmpty) json.Member("description"u8, AnyObject.IsMeant(output) ? AnyObject.Description : "Answer with this tool: its arguments are the answer."u8);
        else json.Member("description"u8, output.Description);
        json.Name("input_schema"u8);
        MessagesToolWriter.WriteSchema(json, AnyObject.IsMeant(output) ? AnyObject.Schema : output.Schema);
        json.EndObject();
    }
}
