using System.Buffers;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Watches a streamed chat completion.</summary>
public sealed class ChatStreamTap(bool clientAskedForUsage, bool weAskedForUsage) : StreamTap
{
    private readonly bool _client = clientAskedForUsage, _we = weAskedForUsage;

    public override bool IsFinished => throw new NotImplementedException($"{_client}{_we}");

    public override FrameVerdict Observe(in SseFrame frame) => throw new NotImplementedException($"{_client}{_we}");

    public override void WriteError(IBufferWriter<byte> output, string message, string code) => throw new NotImplementedException($"{_client}{_we}");
}
