using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Watches a plain response.</summary>
public sealed class ResponsesReplyTap : ReplyTap
{
    public override bool IsJson => throw new NotImplementedException();

    public override bool IsComplete => throw new NotImplementedException();

    public override void Observe(ReadOnlySpan<byte> chunk) => throw new NotImplementedException();

    public override void Complete() => throw new NotImplementedException();
}
