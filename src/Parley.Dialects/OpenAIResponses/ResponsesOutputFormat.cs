using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Structured output: the dialect's own form, or a tool that stands for it where the model has none.</summary>
internal static class ResponsesOutputFormat
{
    /// <summary>The name of the tool that stands for the output.</summary>
    internal static ReadOnlySpan<byte> ToolName => "parley_output"u8;

    /// <summary>
    /// Decides for the tool where a schema of another dialect meets a model without schemas. A model in no row of the table may have them.
    /// </summary>
    internal static void Choose(RequestWriting writing)
    {
        if (writing.Conversation is { Output.Kind: OutputFormatKind.JsonSchema, Origin: not Dialect.OpenAIResponses }
            && writing.Traits is { HasJsonSchema: false, Family: not ModelFamily.Unknown })
            writing.OutputTool = JsonString.Literal(ToolName);
    }

    /// <summary>Writes that tool.</summary>
    internal static void WriteTool(JsonOutput json, OutputFormat output) => json.BeginObject()
        .Member("type"u8, "function"u8)
        .Member("name"u8, ToolName)
        .Member("description"u8, "Gives the answer. Its arguments are the whole answer."u8)
        .Member("parameters"u8, output.Schema)
        .Member("strict"u8, false)
        .EndObject();

    /// <summary>Writes <c>format</c>.</summary>
    internal static void Write(RequestWriting writing, OutputFormat output, bool isOwn)
    {
        var json = writing.Json;
        if (isOwn)
        {
            json.Member("format"u8, output.Raw);
            return;
        }

        switch (output.Kind)
        {
            case OutputFormatKind.Text:
                json.BeginObject("format"u8).Member("type"u8, "text"u8).EndObject();
                break;
            case OutputFormatKind.JsonObject:
                json.BeginObject("format"u8).Member("type"u8, "json_object"u8).EndObject();
                break;
            case OutputFormatKind.JsonSchema:
                json.BeginObject("format"u8).Member("type"u8, "json_schema"u8)
                    .Member("name"u8, output.Name.IsEmpty ? JsonString.Literal("output"u8) : output.Name) // OpenAI asks for one
                    .MemberIfPresent("description"u8, output.Description)
                    .Member("schema"u8, output.Schema)
                    .MemberIfPresent("strict"u8, output.Strict)
                    .EndObject();
                break;
            default:
                writing.Lose(RequestField.OutputFormat, "Responses has no such form");
                break;
        }
    }
}
