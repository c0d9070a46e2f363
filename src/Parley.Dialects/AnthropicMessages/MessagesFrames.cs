using System.Buffers;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>The frame around an event: its name stands before the data and again as the data's <c>type</c>.</summary>
internal static class MessagesFrames
{
    /// <summary>Begins an event; its object is open.</summary>
    internal static JsonOutput Begin(JsonOutput json, ReadOnlySpan<byte> type)
    {
        json.Output.Write("event: "u8);
        json.Output.Write(type);
        json.Output.Write("\ndata: "u8);
        return json.BeginObject().Member("type"u8, type);
    }

    internal static void End(JsonOutput json)
    {
        json.EndObject();
        json.Output.Write("\n\n"u8);
    }
}
