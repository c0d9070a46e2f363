using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.BedrockConverse;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIResponses;

namespace Parley.Dialects.Conversations;

/// <summary>The codecs of all dialects that conversations are held in.</summary>
public static class DialectCodecs
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DialectCodec> All { get; } =
        [ChatCodec.Instance, ResponsesCodec.Instance, MessagesCodec.Instance, ConverseCodec.Instance, GeminiCodec.Instance];

    /// <summary>The dialect's codec. Throws <see cref="ArgumentOutOfRangeException"/> for a dialect of embeddings.</summary>
    public static DialectCodec Of(Dialect dialect) => dialect switch
    {
        Dialect.OpenAIChat => ChatCodec.Instance,
        Dialect.OpenAIResponses => ResponsesCodec.Instance,
        Dialect.AnthropicMessages => MessagesCodec.Instance,
        Dialect.BedrockConverse => ConverseCodec.Instance,
        Dialect.GeminiContent => GeminiCodec.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "holds no conversations"),
    };
}
