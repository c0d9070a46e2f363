using System.Buffers;
using Parley.Dialects.Json;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Watches a stream of <c>alt=sse</c>. Finished by a finish reason on every candidate seen, or by a blocked prompt. Every event is
/// forwarded as it came: usage belongs to every answer of this dialect.
/// </summary>
public sealed class GeminiStreamTap : StreamTap
{
    private UInt128 _seen;
    private UInt128 _finished;
    private bool _isBlocked;

    /// <inheritdoc/>
    public override bool IsFinished => !Reply.HasError && (_seen != 0 ? _seen == _finished : _isBlocked);

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        if (frame.IsComment) return new(FrameKind.Comment, FrameAction.Forward);
        if (!JsonValue.TryParse(frame.DataMemory, out var root) || !root.IsObject)
            return new(FrameKind.Other, frame.IsTerminated ? FrameAction.Forward : FrameAction.Hide);
        return new(Look(root), FrameAction.Forward);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code) => GeminiError.WriteEvent(output, message, code);

    private FrameKind Look(JsonValue root)
    {
        bool hasContent = false, hasUsage = false, hasEnd = false;
        foreach (var member in root.Members)
        {
            var name = member.Name;
            if (GeminiName.Is(name, "candidates"u8)) Candidates(member.Value, ref hasContent, ref hasEnd);
            else if (GeminiName.Is(name, "usageMetadata"u8)) hasUsage = Usage(member.Value);
            else if (GeminiName.Is(name, "modelVersion"u8)) Reply.Model ??= Word(member.Value);
            else if (GeminiName.Is(name, "responseId"u8)) Reply.Id ??= member.Value.IsString ? JsonText.Read(member.Value.Span) : null;
            else if (GeminiName.Is(name, "promptFeedback"u8)) hasEnd |= Blocked(member.Value);
            else if (name.Is("error"u8) && member.Value.HasValue) GeminiError.NoteError(member.Value, Reply);
        }

        Reply.HasContent |= hasContent;
        return Reply.HasError ? FrameKind.Error
            : hasEnd ? FrameKind.Terminal
            : hasContent ? FrameKind.Content
            : hasUsage ? FrameKind.Usage
            : FrameKind.Prelude;
    }

    private bool Usage(JsonValue value)
    {
        if (!GeminiUsage.TryRead(value, out var usage)) return false;
        (Reply.HasUsage, Reply.Usage) = (true, usage);
        return true;
    }

    private bool Blocked(JsonValue feedback)
    {
        var reason = GeminiName.Member(feedback, "blockReason"u8);
        if (!reason.IsString) return false;
        Reply.FinishReason ??= Word(reason);
        return _isBlocked = true;
    }

    private void Candidates(JsonValue list, ref bool hasContent, ref bool hasEnd)
    {
        foreach (var candidate in list.Items)
        {
            if (!candidate.IsObject) continue;
            var index = candidate.Member("index"u8).AsInt64() ?? 0;
            var bit = UInt128.One << (int)Math.Clamp(index, 0, 127);
            _seen |= bit;
            var reason = GeminiName.Member(candidate, "finishReason"u8);
            if (reason.IsString && Word(reason) is { } word)
            {
                Reply.FinishReason ??= word;
                _finished |= bit;
                hasEnd = true;
            }

            foreach (var part in GeminiName.Member(GeminiName.Member(candidate, "content"u8), "parts"u8).Items) hasContent |= SaysSomething(part);
        }
    }

    // An empty text says nothing; everything else does, known to us or not.
    private static bool SaysSomething(JsonValue part)
    {
        foreach (var member in part.Members)
        {
            if (GeminiName.Is(member.Name, "thought"u8)) continue;
            if (!GeminiName.Is(member.Name, "text"u8) || member.Value.Raw.Length > 2) return true;
        }

        return false;
    }

    private static string? Word(JsonValue value) => value.IsString && value.Raw.Length > 2 ? JsonText.ReadWord(value.Span) : null;
}
