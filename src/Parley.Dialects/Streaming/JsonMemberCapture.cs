using System.Buffers;

namespace Parley.Dialects.Streaming;

/// <summary>
/// Follows a JSON document through chunks of any size and hands out the values of a few members, keeping nothing else: an
/// embeddings answer of 60 MB costs two vectorised searches over its bytes and a few hundred bytes of memory.
/// </summary>
/// <remarks>
/// It tracks strings, escapes and depth, no more: it does not validate, and on bytes that are not JSON it may hand out nonsense,
/// never fail. Members of the outermost object and of the objects in its <c>choices</c> (Google: <c>candidates</c>) array are looked at one character at a time;
/// everything below them is skipped from bracket to bracket. A value that lies within one chunk is handed out where it stands;
/// one that is split is gathered, up to <see cref="MaxValueBytes"/>.
/// </remarks>
internal sealed class JsonMemberCapture(JsonMemberCapture.Sink sink, byte[] contentMember)
{
    /// <summary>A longer value is handed out as its first bytes, marked as cut.</summary>
    internal const int MaxValueBytes = 16 * 1024;

    private const int LongestName = 32;
    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]"u8);

    private readonly byte[] _name = new byte[LongestName];
    private int _nameLength;
    private byte[] _value = [];
    private int _valueLength;
    private bool _isCut;

    private int _depth;
    private bool _inString;
    private bool _isEscaped;
    private bool _expectsName; // at a level that is looked at: the next string is a member's name
    private bool _inName;
    private bool _inChoices;
    private bool _inContent;
    private CapturedMember _member; // whose value is being captured, from its colon on
    private int _memberDepth;

    /// <summary>Takes a member's value: its bytes without the white space around them; <c>isCut</c> when it was too long to keep.</summary>
    internal delegate void Sink(CapturedMember member, ReadOnlySpan<byte> value, bool isCut);

    /// <summary>Null until the first character; then whether it was a brace.</summary>
    internal bool? IsObject { get; private set; }

    /// <summary>True once the outermost object was closed.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>True once the array that holds the answer has an object in it.</summary>
    internal bool HasContent { get; private set; }

    internal void Observe(ReadOnlySpan<byte> chunk)
    {
        var from = 0; // where the captured value's bytes of this chunk start
        var i = 0;
        if (IsObject is null)
        {
            while (i < chunk.Length && IsSpace(chunk[i])) i++;
            if (i == chunk.Length) return;
            IsObject = chunk[i] == '{';
        }

        while (i < chunk.Length && IsObject == true && !IsComplete)
        {
            if (_inString)
            {
                i = InString(chunk, i);
                continue;
            }

            var isWatched = _depth <= 1 || (_depth == 3 && _inChoices);
            if (!isWatched)
            {
                var skipped = chunk[i..].IndexOfAny(Brackets);
                if (skipped < 0) break;
                i += skipped;
            }

            var c = chunk[i++];
            switch (c)
            {
                case (byte)'"':
                    _inString = true;
                    _inName = isWatched && _expectsName;
                    if (_inName) _nameLength = 0;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    _expectsName = c == '{';
                    if (_depth == 3 && _inContent && c == '{') HasContent = true;
                    break;
                case (byte)'}' or (byte)']':
                    if (isWatched) EndValue(chunk[from..(i - 1)]);
                    _depth--;
                    IsComplete = _depth <= 0;
                    break;
                case (byte)':' when isWatched:
                    _expectsName = false;
                    BeginValue();
                    from = i;
                    break;
                case (byte)',' when isWatched:
                    EndValue(chunk[from..(i - 1)]);
                    _expectsName = true;
                    break;
            }
        }

        if (_member != CapturedMember.None && !IsComplete) Keep(chunk[from..]);
    }

    internal void Release()
    {
        _value = [];
        _valueLength = 0;
        _member = CapturedMember.None;
    }

    private int InString(ReadOnlySpan<byte> chunk, int i)
    {
        var start = i;
        if (_isEscaped)
        {
            _isEscaped = false;
            i++;
        }

        while (i < chunk.Length)
        {
            var found = chunk[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                i = chunk.Length;
                break;
            }

            i += found;
            if (chunk[i] == '"')
            {
                if (_inName) KeepName(chunk[start..i]);
                _inString = _inName = false;
                return i + 1;
            }

            if (i + 1 == chunk.Length)
            {
                _isEscaped = true;
                i++;
                break;
            }

            i += 2;
        }

        if (_inName) KeepName(chunk[start..]);
        return chunk.Length;
    }

    private void KeepName(ReadOnlySpan<byte> part)
    {
        // A name that is too long is none of ours; its length says so.
        if (_nameLength + part.Length <= LongestName) part.CopyTo(_name.AsSpan(_nameLength));
        _nameLength = Math.Min(_nameLength + part.Length, LongestName + 1);
    }

    private void BeginValue()
    {
        if (_nameLength > LongestName) return;
        ReadOnlySpan<byte> name = _name.AsSpan(0, _nameLength);
        if (_depth == 3)
        {
            if (name.SequenceEqual("finish_reason"u8) || name.SequenceEqual("finishReason"u8)) Capture(CapturedMember.FinishReason);
            return;
        }

        _inChoices = name.SequenceEqual("choices"u8) || name.SequenceEqual("candidates"u8);
        _inContent = name.SequenceEqual(contentMember);
        if (name.SequenceEqual("id"u8) || name.SequenceEqual("responseId"u8)) Capture(CapturedMember.Id);
        else if (name.SequenceEqual("model"u8) || name.SequenceEqual("modelVersion"u8)) Capture(CapturedMember.Model);
        else if (name.SequenceEqual("usage"u8) || name.SequenceEqual("usageMetadata"u8)) Capture(CapturedMember.Usage);
        else if (name.SequenceEqual("error"u8)) Capture(CapturedMember.Error);
        else if (name.SequenceEqual("status"u8)) Capture(CapturedMember.Status);
        else if (name.SequenceEqual("stop_reason"u8)) Capture(CapturedMember.StopReason);
        else if (name.SequenceEqual("incomplete_details"u8)) Capture(CapturedMember.IncompleteDetails);
        else if (name.SequenceEqual("promptFeedback"u8)) Capture(CapturedMember.PromptFeedback);
    }

    private void Capture(CapturedMember member)
    {
        _member = member;
        _memberDepth = _depth;
        _valueLength = 0;
        _isCut = false;
    }

    private void EndValue(ReadOnlySpan<byte> rest)
    {
        if (_depth == 1) _inChoices = _inContent = false;
        if (_member == CapturedMember.None || _depth != _memberDepth) return;
        if (_valueLength > 0)
        {
            Keep(rest);
            rest = _value.AsSpan(0, _valueLength);
        }

        var member = _member;
        _member = CapturedMember.None;
        sink(member, rest.Trim(" \n\r\t"u8), _isCut);
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        var take = Math.Min(part.Length, MaxValueBytes - _valueLength);
        _isCut |= take < part.Length;
        var needed = _valueLength + take;
        if (needed > _value.Length) Array.Resize(ref _value, Math.Clamp(2 * needed, 512, MaxValueBytes));
        part[..take].CopyTo(_value.AsSpan(_valueLength));
        _valueLength += take;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
