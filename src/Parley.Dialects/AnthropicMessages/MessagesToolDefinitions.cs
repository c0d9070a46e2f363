using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Writes one tool: a function of the caller's, or Anthropic's own search, fetcher and interpreter for another vendor's.</summary>
internal static class MessagesToolDefinitions
{
    internal static void Write(RequestWriting writing, ToolDefinition tool, JsonValue mark)
    {
        var json = writing.Json;
        if (writing.Conversation.Origin == Dialect.AnthropicMessages && tool.Raw.IsObject)
        {
            json.BeginObject().Members(tool.Raw);
            if (!tool.Raw.Member("cache_control"u8).IsPresent) json.MemberIfPresent("cache_control"u8, mark);
            json.EndObject();
            return;
        }

        json.BeginObject();
        switch (tool.Kind)
        {
            case ToolKind.WebSearch:
                json.Member("type"u8, "web_search_20250305"u8).Member("name"u8, "web_search"u8);
                SearchOptions(json, tool.Raw);
                break;
            case ToolKind.WebFetch:
                json.Member("type"u8, "web_fetch_20250910"u8).Member("name"u8, "web_fetch"u8);
                break;
            case ToolKind.CodeExecution:
                json.Member("type"u8, "code_execution_20250825"u8).Member("name"u8, "code_execution"u8);
                break;
            default:
                Function(writing, tool);
                break;
        }

        if (mark.IsPresent && MessagesToolWriter.TakesCachePoints(writing)) json.Member("cache_control"u8, mark);
        foreach (var field in writing.Vendor(tool.Vendor)) json.Member(field.Name.Span, field.Value);
        json.EndObject();
    }

    /// <summary>Writes the search for chat's <c>web_search_options</c>.</summary>
    internal static void WriteSearch(RequestWriting writing, JsonValue options)
    {
        writing.Json.BeginObject().Member("type"u8, "web_search_20250305"u8).Member("name"u8, "web_search"u8);
        SearchOptions(writing.Json, options);
        writing.Json.EndObject();
        if (options.Member("search_context_size"u8).HasValue)
            writing.Losses.Add("web_search_options.search_context_size", "Anthropic has no such setting");
    }

    private static void Function(RequestWriting writing, ToolDefinition tool)
    {
        var json = writing.Json.Member("name"u8, writing.ToolName(tool)).MemberIfPresent("description"u8, tool.Description).Name("input_schema"u8);
        var path = $"tools[{tool.Index}]";
        // A strict tool's schema has the limits of structured outputs; any other's is taken whole.
        var isStrict = tool.Strict.IsTrue && writing.Traits.HasJsonSchema && !writing.Target.IsAzure && tool.Schema.IsObject;
        if (isStrict) SchemaLowering.Write(tool.Schema, ClaudeSchemaRules.OutputFormat, path + ".parameters", json, writing.Losses);
        else MessagesToolWriter.WriteSchema(json, tool.Schema);
        if (isStrict) json.Member("strict"u8, true);
        else if (tool.Strict.IsTrue) writing.Losses.Add(path + ".strict", "the model does not enforce schemas");
    }

    // OpenAI: user_location {type: approximate, approximate: {…}} (chat) or with its members beside the type (Responses);
    // filters.allowed_domains.
    private static void SearchOptions(JsonOutput json, JsonValue options)
    {
        var location = options.Member("user_location"u8);
        if (location.IsObject)
        {
            var inner = location.Member("approximate"u8);
            json.BeginObject("user_location"u8).Member("type"u8, "approximate"u8);
            foreach (var member in (inner.IsObject ? inner : location).Members)
            {
                if (member.Value.IsString && (member.Is("city"u8) || member.Is("region"u8) || member.Is("country"u8) || member.Is("timezone"u8)))
                    json.Member(member.Name.Span, member.Value);
            }

            json.EndObject();
        }

        var domains = options.Member("filters"u8).Member("allowed_domains"u8);
        if (domains.IsArray && !domains.IsEmptyContainer) json.Member("allowed_domains"u8, domains);
    }
}
