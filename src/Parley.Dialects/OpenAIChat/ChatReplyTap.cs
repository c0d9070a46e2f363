using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Watches a plain chat completion.</summary>
public sealed class ChatReplyTap : ReplyTap
{
    public override bool IsJson => throw new NotImplementedException();

    public override bool IsComplete => throw new NotImplementedException();

    public override void Observe(ReadOnlySpan<byte> chunk) => throw new NotImplementedException();

    public override void Complete() => throw new NotImplementedException();
}
