using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>OpenAI's web search, asked for in the words of another dialect.</summary>
internal static class ResponsesSearchTool
{
    /// <summary>From chat's <c>web_search_options</c>, whose location is wrapped once more.</summary>
    internal static void WriteFromChat(JsonOutput json, JsonValue options)
    {
        json.BeginObject().Member("type"u8, "web_search"u8).MemberIfPresent("search_context_size"u8,
            options.Member("search_context_size"u8));
        if (options.Member("user_location"u8).Member("approximate"u8) is { IsObject: true } place)
            json.BeginObject("user_location"u8).Member("type"u8, "approximate"u8).Members(place).EndObject();
        json.EndObject();
    }

    /// <summary>From a vendor's search tool: Anthropic's domains and place have the same meaning here; everything else is
    /// reported.</summary>
    internal static void WriteFromTool(JsonOutput json, ToolDefinition tool, string path, LossReport losses)
    {
        json.BeginObject().Member("type"u8, "web_search"u8);
        foreach (var member in tool.Raw.Members)
        {
            if (!member.Value.HasValue || member.Is("type"u8) || member.Is("name"u8) || member.Is("cache_control"u8)) continue;
            if (member.Is("allowed_domains"u8)) json.BeginObject("filters"u8).Member("allowed_domains"u8, member.Value).EndObject();
            else if (member.Is("user_location"u8)) json.Member("user_location"u8, member.Value);
            else losses.Add($"{path}.{member.Name.ToText()}", "OpenAI's web search has no such setting", "tools[]");
        }

        json.EndObject();
    }
}
