using System.Globalization;
using System.Security.Cryptography;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>What is known of one answer while it is read, streamed or whole: the one place that numbers its parts.</summary>
internal sealed class ChatAnswer
{
    // OpenAI allows 128 choices; what a broken server sends beyond is not followed.
    private const int MostChoices = 128;

    private readonly List<ChatChoice> _choices = [];
    private readonly ChatVendorMemory _vendor = new();
    private readonly byte[] _seed = new byte[SHA256.HashSizeInBytes];
    private JsonString _id;
    private int _parts;

    internal bool HasStarted { get; private set; }

    /// <summary>True when there is a choice, and each has its finish reason.</summary>
    internal bool IsFinished
    {
        get
        {
            foreach (var choice in _choices)
            {
                if (!choice.IsFinished) return false;
            }

            return _choices.Count > 0;
        }
    }

    internal void Start(JsonValue id, JsonValue model, IReplySink sink)
    {
        if (HasStarted) return;
        HasStarted = true;
        _id = id.AsString() is { IsEmpty: false } known ? new JsonString(known.Raw.ToArray()) : default;
        sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = _id, Name = model.AsString() });
    }

    internal int NextPart() => _parts++;

    /// <summary>
    /// An id for a call that has none: the same in every reading of the same answer, and another one in the next answer, since the calls
    /// of all turns stand in one history. Of an answer without an id all that was read so far tells it apart.
    /// </summary>
    internal JsonString MakeId(int part) => JsonString.From(string.Create(
        CultureInfo.InvariantCulture, $"call_{(_id.IsEmpty ? Convert.ToHexStringLower(_seed)[..16] : ToolNames.Valid(_id).ToText())}_{part}"));

    /// <summary>Takes note of a chunk, or of the whole body, for <see cref="MakeId"/>. Behind <see cref="Start"/>.</summary>
    internal void Note(JsonValue chunk)
    {
        if (!_id.IsEmpty) return;
        Span<byte> both = stackalloc byte[2 * SHA256.HashSizeInBytes];
        _seed.CopyTo(both);
        SHA256.HashData(chunk.Span, both[SHA256.HashSizeInBytes..]);
        SHA256.HashData(both, _seed);
    }

    /// <summary>Reads the members of a chunk or body that concern the whole answer; <c>choices</c>, <c>id</c> and <c>model</c> not among them.</summary>
    internal void Member(JsonField member, IReplySink sink)
    {
        if (member.Is("usage"u8)) Usage(member, sink);
        else if (!member.Is("object"u8) && !member.Is("created"u8) && !member.Is("obfuscation"u8)) _vendor.Give(member, -1, false, sink);
    }

    /// <summary>Reads the choices of a chunk, or of a body when <paramref name="isWhole"/>. True when one holds an error.</summary>
    internal bool Choices(JsonValue choices, bool isWhole, IReplySink sink)
    {
        foreach (var item in choices.Items)
        {
            if (!item.IsObject) continue;
            var delta = default(JsonValue);
            var logprobs = default(JsonValue);
            var finish = default(JsonString);
            var stopped = default(JsonString);
            var error = default(JsonValue);
            var index = 0;
            var hasMore = false;
            foreach (var member in item.Members)
            {
                if (member.Is("delta"u8) || member.Is("message"u8)) delta = member.Value;
                else if (member.Is("index"u8)) index = member.Value.AsInt64() is >= 0 and <= int.MaxValue and var number ? (int)number : 0;
                else if (member.Is("finish_reason"u8)) finish = member.Value.AsString();
                else if (member.Is("logprobs"u8)) logprobs = member.Value;
                else if (member.Is("error"u8) && member.Value.HasValue) error = member.Value;
                else if (member.Value.HasValue) hasMore = true;
            }

            if (Choice(index) is not { } choice) continue;
            if (hasMore) stopped = Rest(choice, item, sink);
            choice.Delta(delta, logprobs, isWhole, sink);
            if (error.IsPresent)
            {
                sink.Accept(ChatErrors.Read(error));
                return true;
            }

            if (!finish.IsEmpty) choice.Finish(finish, stopped, sink);
        }

        return false;
    }

    /// <summary>Closes what is open. A choice whose finish reason never came ends without one, and so does an answer without choices.</summary>
    internal void Complete(IReplySink sink)
    {
        if (_choices.Count == 0) sink.Accept(new ReplyEvent(ReplyEventKind.Finished));
        foreach (var choice in _choices)
        {
            if (!choice.IsFinished) choice.Finish(default, default, sink);
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    // vLLM and SGLang name the stop sequence that was met; everything here is also kept as it came.
    private static JsonString Rest(ChatChoice choice, JsonValue item, IReplySink sink)
    {
        var stopped = default(JsonString);
        foreach (var member in item.Members)
        {
            if (member.Is("delta"u8) || member.Is("message"u8) || member.Is("index"u8) || member.Is("finish_reason"u8)
                || member.Is("logprobs"u8) || member.Is("error"u8)) continue;
            if ((member.Is("stop_reason"u8) || member.Is("matched_stop"u8)) && member.Value.IsString) stopped = member.Value.AsString();
            choice.Vendor.Give(member, choice.Index, false, sink);
        }

        return stopped;
    }

    private void Usage(JsonField member, IReplySink sink)
    {
        if (!OpenAIUsage.TryRead(member.Value.Span, out var usage)) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = usage });
        if (ChatUsage.HasMore(member.Value)) _vendor.Give(member, -1, false, sink);
    }

    private ChatChoice? Choice(int index)
    {
        foreach (var choice in _choices)
        {
            if (choice.Index == index) return choice;
        }

        if (_choices.Count == MostChoices) return null;
        var added = new ChatChoice(index, this);
        _choices.Add(added);
        return added;
    }
}
