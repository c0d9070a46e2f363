using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>The form of the answer: <c>outputConfig.textFormat</c> (userguide/structured-output), or a tool that stands for it.</summary>
internal static class ConverseOutput
{
    /// <summary>The name of the tool that stands for a form the model has no field for.</summary>
    internal static JsonString ToolName { get; } = JsonString.Literal("parley_output"u8);

    /// <summary>
    /// True when the model takes the schema itself. "Any object" is no schema here: Bedrock wants objects closed, which would leave the empty one.
    /// </summary>
    internal static bool IsNative(RequestWriting writing) => writing.Conversation.Output is { Kind: OutputFormatKind.JsonSchema, Schema.IsObject: true }
        && (writing.Traits.HasJsonSchema || writing.Conversation.Origin == Dialect.BedrockConverse)
        && (writing.Traits.HasJsonSchemaWithTools || writing.Conversation.Tools.Count == 0);

    /// <summary>True when a tool must stand for the form.</summary>
    internal static bool NeedsTool(RequestWriting writing) =>
        writing.Conversation.Output is { Kind: OutputFormatKind.JsonSchema or OutputFormatKind.JsonObject } && !IsNative(writing);

    internal static void Write(RequestWriting writing, OutputFormat output)
    {
        var isOwn = writing.Conversation.Origin == Dialect.BedrockConverse;
        using var schema = new PooledBuffer();
        // Bedrock refuses what Anthropic refuses ("JSON Schema Draft 2020-12 subset"), and takes the schema as a string.
        if (isOwn) schema.Append(output.Schema.Span);
        else
        {
            var path = RequestFieldNames.Of(RequestField.OutputFormat, writing.Conversation.Origin) + ".schema";
            SchemaLowering.Write(output.Schema, ClaudeSchemaRules.OutputFormat, path, new JsonOutput(schema), writing.Losses);
        }

        writing.Json.BeginObject("outputConfig"u8).BeginObject("textFormat"u8).Member("type"u8, "json_schema"u8)
            .BeginObject("structure"u8).BeginObject("jsonSchema"u8)
            .Member("schema"u8, JsonString.Escape(schema.Span));
        if (!output.Name.IsEmpty) writing.Json.Member("name"u8, output.Name);
        if (!output.Description.IsEmpty) writing.Json.Member("description"u8, output.Description);
        writing.Json.EndObject().EndObject().EndObject().EndObject();
    }
}
