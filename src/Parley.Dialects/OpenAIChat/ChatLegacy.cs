using System.Globalization;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// The deprecated function calls, which have names but no ids. They get ids of ours, so that every other dialect can pair call and
/// result, with a mark by which this dialect writes them as they were.
/// </summary>
internal static class ChatLegacy
{
    private static ReadOnlySpan<byte> Mark => "fncall_"u8;

    internal static JsonString Id(int message) => JsonString.From("fncall_" + message.ToString(CultureInfo.InvariantCulture));

    internal static bool IsOurs(JsonString id) => id.Span.StartsWith(Mark);

    /// <summary>True when the request offers its functions the old way, and so must be answered that way.</summary>
    internal static bool IsUsedBy(Conversation request) =>
        request.Origin == Dialect.OpenAIChat && request.Tools.Count > 0 && request.Tools.TrueForAll(IsBare);

    internal static bool IsBare(ToolDefinition tool) => tool.Kind == ToolKind.Function && !tool.Raw.Member("function"u8).IsPresent;
}
