using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Streaming;

/// <summary>
/// Watches one plain (not streamed) JSON answer as it passes, in chunks of any size, and gathers what the ledger needs without
/// keeping the answer. One instance per attempt; not thread-safe.
/// </summary>
public abstract class ReplyTap
{
    private readonly JsonMemberCapture _capture;

    /// <param name="contentMember">The array that holds the answer: <c>choices</c>, <c>candidates</c>, <c>output</c> or <c>data</c>.</param>
    private protected ReplyTap(byte[] contentMember) => _capture = new JsonMemberCapture(Captured, contentMember);

    /// <summary>What was learned so far.</summary>
    public ReplyObservation Reply { get; } = new();

    /// <summary>True when the body is a JSON object by its first character.</summary>
    public bool IsJson => _capture.IsObject == true;

    /// <summary>True once the JSON document has ended; a body that stops before it was cut.</summary>
    public bool IsComplete => _capture.IsComplete;

    /// <summary>True when the answer is an error in spite of its 200: a top-level <c>error</c> that is not null.</summary>
    public bool IsError => Reply.HasError;

    /// <summary>Looks at the next bytes of the body.</summary>
    public void Observe(ReadOnlySpan<byte> chunk)
    {
        _capture.Observe(chunk);
        Reply.HasContent |= _capture.HasContent;
    }

    /// <summary>Says that the body has ended; a value that was being gathered is given up. See <see cref="IsComplete"/>.</summary>
    public void Complete() => _capture.Release();

    /// <summary>Reads the value of the usage member, which is valid JSON; false when it counts nothing.</summary>
    private protected abstract bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage);

    /// <summary>Takes what only some dialects have: a status, why it is incomplete, a blocked prompt. The value is valid JSON.</summary>
    private protected virtual void OnMember(CapturedMember member, ReadOnlySpan<byte> value)
    {
    }

    /// <summary>Notes the words of an error that is not null: OpenAI's shape, which most have.</summary>
    private protected virtual void OnError(ReadOnlySpan<byte> value) => OpenAIError.Note(value, Reply);

    /// <summary>The text of a string value that is not empty, else null.</summary>
    private protected static string? Text(ReadOnlySpan<byte> value) => value.Length > 2 && value[0] == '"' ? JsonText.Read(value) : null;

    /// <summary>The same for a word that comes again with every answer: mostly the same string as before.</summary>
    private protected static string? Word(ReadOnlySpan<byte> value) => value.Length > 2 && value[0] == '"' ? JsonText.ReadWord(value) : null;

    private void Captured(CapturedMember member, ReadOnlySpan<byte> value, bool isCut)
    {
        var isValid = !isCut && IsValue(value);
        if (member == CapturedMember.Error && !value.SequenceEqual("null"u8))
        {
            Reply.HasError = true; // also when it is too long to be read
            if (isValid) OnError(value);
        }
        else if (isValid)
        {
            Take(member, value);
        }
    }

    private void Take(CapturedMember member, ReadOnlySpan<byte> value)
    {
        switch (member)
        {
            case CapturedMember.Id:
                Reply.Id = Text(value);
                break;
            case CapturedMember.Model:
                Reply.Model = Word(value);
                break;
            case CapturedMember.FinishReason:
                Reply.FinishReason ??= Word(value);
                break;
            case CapturedMember.Usage:
                if (TryReadUsage(value, out var usage)) (Reply.HasUsage, Reply.Usage) = (true, usage);
                break;
            default:
                OnMember(member, value);
                break;
        }
    }

    // The capture does not validate; the readers behind it must not throw on what a broken server sends.
    private static bool IsValue(ReadOnlySpan<byte> value)
    {
        var kind = RequestEnvelope.Scan(value, out _).Kind;
        return kind is EnvelopeFaultKind.None or EnvelopeFaultKind.DuplicateProperty or EnvelopeFaultKind.NotAnObject;
    }
}
