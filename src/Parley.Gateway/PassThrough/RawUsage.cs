using Parley.Dialects;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;

namespace Parley.Gateway.PassThrough;

/// <summary>
/// Looks for the tokens in a raw call's answer where the path says what format it has: the same taps as everywhere, which change no byte. What they
/// do not find is not estimated, because the request was not read.
/// </summary>
internal sealed class RawUsage : IDisposable
{
    private readonly ReplyTap? _plain;
    private readonly StreamTap? _stream;
    private readonly SseFrameReader? _frames;
    private bool _isOver;

    private RawUsage(ReplyTap plain) => _plain = plain;

    private RawUsage(StreamTap stream)
    {
        _stream = stream;
        _frames = new SseFrameReader(SseFrameReader.MaxMediaFrameBytes);
    }

    /// <summary>What was learned so far.</summary>
    internal ReplyObservation Reply => _plain?.Reply ?? _stream!.Reply;

    /// <summary>Null when the format is not known.</summary>
    /// <param name="path">The path of the call.</param>
    /// <param name="reply">The answer.</param>
    internal static RawUsage? For(string path, UpstreamReply reply)
    {
        if (DialectOf(path) is not { } dialect || reply.Status != 200 || reply.ContentHeaders.Contains("Content-Encoding")) return null;
        if (reply.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return new RawUsage(Taps.ForReply(dialect, Operation.Raw));
        return reply.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) && StreamOf(dialect) is { } stream ? new RawUsage(stream) : null;
    }

    internal void Observe(ReadOnlySpan<byte> bytes)
    {
        if (_isOver) return;
        _plain?.Observe(bytes);
        while (_frames is not null && !bytes.IsEmpty && !_isOver)
        {
            var memory = _frames.GetMemory().Span;
            var length = Math.Min(memory.Length, bytes.Length);
            bytes[..length].CopyTo(memory);
            bytes = bytes[length..];
            _frames.Advance(length);
            while (_frames.TryRead(out var frame)) _stream!.Observe(frame);
            _isOver = _frames.IsTooLong;
        }
    }

    /// <summary>The answer is over.</summary>
    internal void Complete()
    {
        if (_isOver) return;
        _isOver = true;
        _plain?.Complete();
        if (_frames is not null && _frames.TryReadLast(out var frame)) _stream!.Observe(frame);
    }

    public void Dispose()
    {
        _frames?.Dispose();
        (_stream as IDisposable)?.Dispose();
    }

    private static StreamTap? StreamOf(Dialect dialect) => dialect switch
    {
        Dialect.OpenAIChat => new ChatStreamTap(true, false),
        Dialect.OpenAIResponses => new ResponsesStreamTap(),
        Dialect.AnthropicMessages => new MessagesStreamTap(),
        Dialect.GeminiContent => new GeminiStreamTap(),
        _ => null,
    };

    private static Dialect? DialectOf(string path) => path switch
    {
        _ when path.EndsWith("/chat/completions", StringComparison.OrdinalIgnoreCase) => Dialect.OpenAIChat,
        _ when path.EndsWith("/responses", StringComparison.OrdinalIgnoreCase) => Dialect.OpenAIResponses,
        _ when path.EndsWith("/embeddings", StringComparison.OrdinalIgnoreCase) => Dialect.OpenAIEmbeddings,
        _ when path.EndsWith("/v1/messages", StringComparison.OrdinalIgnoreCase) => Dialect.AnthropicMessages,
        _ when path.EndsWith(":generateContent", StringComparison.Ordinal) || path.EndsWith(":streamGenerateContent", StringComparison.Ordinal) => Dialect.GeminiContent,
        _ => null,
    };
}
