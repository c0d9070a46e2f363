using System.Buffers;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Watches a streamed response.</summary>
public sealed class ResponsesStreamTap : StreamTap
{
    public override bool IsFinished => throw new NotImplementedException();

    public override FrameVerdict Observe(in SseFrame frame) => throw new NotImplementedException();

    public override void WriteError(IBufferWriter<byte> output, string message, string code) => throw new NotImplementedException();
}
