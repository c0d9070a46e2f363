using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Reads a streamed chat completion. Finished by <c>[DONE]</c>, or by a finish reason on every choice seen. Everything in a chunk may
/// be missing: Azure's first one has no choices and empty names, others leave out the delta.
/// </summary>
public sealed class ChatStreamReader : ReplyReader
{
    private readonly ChatAnswer _answer = new();
    private bool _isDone;
    private bool _hasEnded; // Completed or Failed was given
    private bool _hasFailed;
    private List<JsonValue>? _early;

    /// <inheritdoc/>
    public override bool IsFinished => !_hasFailed && (_isDone || _answer.IsFinished);

    /// <inheritdoc/>
    public override void Read(in SseFrame frame, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_hasEnded || frame.IsComment) return;
        if (frame.Data.Trim(" "u8).SequenceEqual("[DONE]"u8))
        {
            Start(default, default, sink);
            _isDone = true;
            End(sink);
            return;
        }

        var isError = frame.Event.SequenceEqual("error"u8);
        if (!TryRead(frame.DataMemory, out var chunk) || isError)
        {
            if (isError) Fail(ChatErrors.Read(chunk.Root), sink);
            else if (BrokenFrame.Is(in frame)) Fail(BrokenFrame.Failure, sink);
            return;
        }

        // vLLM puts an error's message at the top level of the chunk.
        if (chunk.Error.HasValue || chunk.IsError)
        {
            Fail(ChatErrors.Read(chunk.Error.HasValue ? chunk.Error : chunk.Root), sink);
            return;
        }

        if (!_answer.HasStarted && chunk.Choices.IsEmptyContainer && chunk.Id.AsString().IsEmpty)
        {
            // Azure's filter results of the prompt come before the answer has a name; they wait for it.
            if (chunk.HasMore && (_early ??= []).Count < 8) _early.Add(new JsonValue(chunk.Root.Raw.ToArray()));
            return;
        }

        Start(chunk.Id, chunk.Model, sink);
        _answer.Note(chunk.Root);
        if (chunk.HasMore) Members(chunk.Root, sink);
        if (_answer.Choices(chunk.Choices, isWhole: false, sink)) _hasEnded = _hasFailed = true;
    }

    /// <inheritdoc/>
    public override void Complete(IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (!_hasEnded && IsFinished) End(sink);
    }

    private void Start(JsonValue id, JsonValue model, IReplySink sink)
    {
        if (_answer.HasStarted) return;
        _answer.Start(id, model, sink);
        foreach (var root in _early ?? []) Members(root, sink);
        _early = null;
    }

    private void End(IReplySink sink)
    {
        _hasEnded = true;
        _answer.Complete(sink);
    }

    private void Fail(in ReplyEvent error, IReplySink sink)
    {
        _hasEnded = _hasFailed = true;
        sink.Accept(error);
    }

    private void Members(JsonValue root, IReplySink sink)
    {
        foreach (var member in root.Members)
        {
            if (!member.Is("id"u8) && !member.Is("model"u8) && !member.Is("choices"u8) && !member.Is("error"u8)) _answer.Member(member, sink);
        }
    }

    // One pass that checks the whole and finds the members; nothing is given before all of it is known to be JSON.
    private static bool TryRead(ReadOnlyMemory<byte> json, out Chunk chunk)
    {
        chunk = default;
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.ValueSpan;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var value = new JsonValue(json[start..(int)reader.BytesConsumed]);
                if (name.SequenceEqual("id"u8)) chunk.Id = value;
                else if (name.SequenceEqual("model"u8)) chunk.Model = value;
                else if (name.SequenceEqual("choices"u8)) chunk.Choices = value;
                else if (name.SequenceEqual("error"u8)) chunk.Error = value;
                else if (name.SequenceEqual("object"u8)) chunk.IsError = value.AsString().Is("error"u8);
                else if (!name.SequenceEqual("created"u8) && !name.SequenceEqual("obfuscation"u8)) chunk.HasMore |= value.HasValue;
            }

            if (reader.Read()) return false;
        }
        catch (JsonException)
        {
            return false;
        }

        chunk.Root = JsonValue.Of(json);
        return true;
    }

    private struct Chunk
    {
        internal JsonValue Root;
        internal JsonValue Id;
        internal JsonValue Model;
        internal JsonValue Choices;
        internal JsonValue Error;
        internal bool IsError;
        internal bool HasMore;
    }
}
