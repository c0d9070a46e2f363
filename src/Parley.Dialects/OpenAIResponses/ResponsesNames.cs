using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Which members of the dialect's objects our model has a word for.</summary>
internal static class ResponsesNames
{
    /// <summary>Members of a response that have events of their own.</summary>
    internal static bool IsModelled(JsonString name) =>
        name.Is("id"u8) || name.Is("object"u8) || name.Is("model"u8) || name.Is("output"u8) || name.Is("usage"u8) || name.Is("status"u8)
        || name.Is("error"u8) || name.Is("incomplete_details"u8);

    /// <summary>Members of a message, a call or a reasoning item that are read and written by name.</summary>
    internal static bool IsOfItem(JsonString name) =>
        name.Is("id"u8) || name.Is("type"u8) || name.Is("status"u8) || name.Is("role"u8) || name.Is("content"u8) || name.Is("phase"u8)
        || name.Is("call_id"u8) || name.Is("name"u8) || name.Is("arguments"u8) || name.Is("input"u8) || name.Is("summary"u8)
        || name.Is("encrypted_content"u8);

    /// <summary>True when an item has members beside those.</summary>
    internal static bool HasMore(JsonValue item)
    {
        foreach (var member in item.Members)
        {
            if (!IsOfItem(member.Name)) return true;
        }

        return false;
    }
}
