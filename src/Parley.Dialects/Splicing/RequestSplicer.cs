using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>
/// Changes a few members of a scanned request and writes the result in one pass. Every byte that no edit names is written as it
/// came: order, white space, number formats and escapes survive. Holds at most <see cref="MaxEdits"/> edits and allocates nothing;
/// the envelope and the spans handed in must live until <see cref="WriteTo"/>. Of several edits of one property the last one counts.
/// </summary>
public ref struct RequestSplicer
{
    /// <summary>How many edits fit; one more throws <see cref="InvalidOperationException"/>.</summary>
    public const int MaxEdits = 16;

    private readonly ReadOnlySpan<byte> _body;
    private readonly ref readonly RequestEnvelope _envelope;
    private int _count;

    // An inline array cannot hold spans, so the places have names.
    private SpliceEdit _e0, _e1, _e2, _e3, _e4, _e5, _e6, _e7, _e8, _e9, _e10, _e11, _e12, _e13, _e14, _e15;

    /// <summary>Begins without an edit.</summary>
    /// <param name="body">The bytes that were scanned.</param>
    /// <param name="envelope">What the scan found in them, without a fault.</param>
    public RequestSplicer(ReadOnlySpan<byte> body, in RequestEnvelope envelope)
    {
        _body = body;
        _envelope = ref envelope;
    }

    /// <summary>True when anything was changed.</summary>
    public readonly bool HasEdits => _count != 0;

    /// <summary>The length of the result.</summary>
    public readonly int Length
    {
        get
        {
            if (_count == 0) return _body.Length;
            Span<ByteRange> ranges = stackalloc ByteRange[MaxEdits];
            Resolve(ranges, out var survivors);
            var length = _body.Length;
            var adds = 0;
            for (var i = 0; i < _count; i++)
            {
                ref readonly var edit = ref At(in this, i);
                length += edit.Text.Length - ranges[i].Length + (edit.IsFollowed ? 1 : 0);
                if (edit.Kind == SpliceEditKind.Add) adds++;
            }

            return length + Math.Max(0, adds - 1) + (adds > 0 && survivors > 0 ? 1 : 0);
        }
    }

    /// <summary>Puts other bytes (a whole JSON value) in the place of a value. Does nothing when the property is absent.</summary>
    public void Replace(EnvelopeProperty property, ReadOnlySpan<byte> jsonValue)
    {
        if (_envelope.Has(property)) Take(SpliceEditKind.Replace, (int)property, _envelope.Value(property), jsonValue);
    }

    /// <summary>Takes a member out, with the comma that is then one too many. Does nothing when the property is absent.</summary>
    public void Remove(EnvelopeProperty property)
    {
        if (_envelope.Has(property)) Take(SpliceEditKind.Remove, (int)property, _envelope.Member(property), default);
    }

    /// <summary>Gives a member another name, with its quotes. Does nothing when the property is absent.</summary>
    public void Rename(EnvelopeProperty property, ReadOnlySpan<byte> jsonName)
    {
        if (!_envelope.Has(property)) return;
        // Only ASCII names are watched, and none holds a quote: the next one ends it, escapes or not.
        var start = _envelope.Member(property).Start;
        var length = _body[(start + 1)..].IndexOf((byte)'"') + 2;
        Take(SpliceEditKind.Replace, (int)property, new(start, length), jsonName);
    }

    /// <summary>Puts a member (<c>"name":value</c>) right behind the opening brace, behind those that were added before.</summary>
    public void Add(ReadOnlySpan<byte> member) => Take(SpliceEditKind.Add, -1, new(_envelope.Brace + 1, 0), member);

    /// <summary>
    /// Puts a text in front of what an object or array holds, with the comma that is then due: a whole member (<c>"name":value</c>) or
    /// element. Does nothing when the property is absent or of another kind.
    /// </summary>
    public void Prepend(EnvelopeProperty property, ReadOnlySpan<byte> text)
    {
        if (_envelope.Kind(property) is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        var value = _envelope.Value(property);
        var hasMore = !value.Of(_body)[1..^1].Trim(" \n\r\t"u8).IsEmpty;
        Take(SpliceEditKind.Replace, (int)property, new(value.Start + 1, 0), text, hasMore);
    }

    /// <summary>
    /// Sees to it that the provider sends usage at the end of a stream: <c>stream_options.include_usage</c> becomes true, whatever
    /// else <c>stream_options</c> holds. A value of the wrong type is left alone: the provider's own 400 says it best.
    /// </summary>
    public void AskForStreamUsage()
    {
        const int Property = (int)EnvelopeProperty.StreamOptions;
        var options = _envelope.Value(EnvelopeProperty.StreamOptions);
        switch (_envelope.Kind(EnvelopeProperty.StreamOptions))
        {
            case JsonTokenType.None:
                Add("\"stream_options\":{\"include_usage\":true}"u8);
                break;
            case JsonTokenType.Null:
                Take(SpliceEditKind.Replace, Property, options, "{\"include_usage\":true}"u8);
                break;
            case JsonTokenType.StartObject:
                switch (StreamUsageRequest.Find(options.Of(_body), out var value))
                {
                    case JsonTokenType.None:
                        var hasMore = !options.Of(_body)[1..^1].Trim(" \n\r\t"u8).IsEmpty;
                        Take(SpliceEditKind.Replace, Property, new(options.Start + 1, 0), "\"include_usage\":true"u8, hasMore);
                        break;
                    case JsonTokenType.False or JsonTokenType.Null:
                        Take(SpliceEditKind.Replace, Property, new(options.Start + value.Start, value.Length), "true"u8);
                        break;
                }

                break;
        }
    }

    /// <summary>Writes the result, <see cref="Length"/> bytes.</summary>
    public readonly void WriteTo(Span<byte> destination)
    {
        Span<ByteRange> ranges = stackalloc ByteRange[MaxEdits];
        Resolve(ranges, out var survivors);

        // Everything up to the opening brace, then the added members.
        var from = _envelope.Brace + 1;
        var to = Copy(_body[..from], destination, 0);
        var adds = 0;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var edit = ref At(in this, i);
            if (edit.Kind != SpliceEditKind.Add) continue;
            if (adds++ > 0) destination[to++] = (byte)',';
            to = Copy(edit.Text, destination, to);
        }

        if (adds > 0 && survivors > 0) destination[to++] = (byte)',';

        // The rest, edit by edit in the order of the body.
        for (var next = Next(ranges, -1); next >= 0; next = Next(ranges, next))
        {
            ref readonly var edit = ref At(in this, next);
            to = Copy(_body[from..ranges[next].Start], destination, to);
            to = Copy(edit.Text, destination, to);
            if (edit.IsFollowed) destination[to++] = (byte)',';
            from = ranges[next].End;
        }

        Copy(_body[from..], destination, to);
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> destination, int at)
    {
        source.CopyTo(destination[at..]);
        return at + source.Length;
    }

    // What each edit takes out of the body. Two neighbours at the end of the object may not both claim the comma between them, so
    // removals are settled from the last to the first: a member whose comma is gone counts as the last one.
    private readonly void Resolve(Span<ByteRange> ranges, out int survivors)
    {
        survivors = _envelope.Members;
        for (var i = 0; i < _count; i++) ranges[i] = At(in this, i).Range;
        var gone = -1;
        for (var i = Previous(int.MaxValue); i >= 0; i = Previous(At(in this, i).Range.Start))
        {
            survivors--;
            var member = At(in this, i).Range;
            var next = JsonMemberCut.NextComma(_body, member.End);
            if (next >= 0 && next != gone)
            {
                ranges[i] = new(member.Start, next + 1 - member.Start);
                continue;
            }

            gone = JsonMemberCut.PreviousComma(_body, member.Start);
            if (gone >= 0) ranges[i] = new(gone, member.End - gone);
        }
    }

    // The removal that stands last before an offset, or -1.
    private readonly int Previous(int before)
    {
        var best = -1;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var edit = ref At(in this, i);
            if (edit.Kind != SpliceEditKind.Remove || edit.Range.Start >= before) continue;
            if (best < 0 || edit.Range.Start > At(in this, best).Range.Start) best = i;
        }

        return best;
    }

    // The edit of the body that comes first behind another one, or -1.
    private readonly int Next(ReadOnlySpan<ByteRange> ranges, int after)
    {
        var best = -1;
        for (var i = 0; i < _count; i++)
        {
            if (At(in this, i).Kind == SpliceEditKind.Add || (after >= 0 && ranges[i].Start <= ranges[after].Start)) continue;
            if (best < 0 || ranges[i].Start < ranges[best].Start) best = i;
        }

        return best;
    }

    private void Take(SpliceEditKind kind, int property, ByteRange range, ReadOnlySpan<byte> text, bool isFollowed = false)
    {
        var place = property < 0 ? _count : 0;
        while (place < _count && At(in this, place).Property != property) place++;
        if (place == MaxEdits) throw new InvalidOperationException("A request takes at most sixteen edits.");
        if (place == _count) _count++;
        var edit = new SpliceEdit { Kind = kind, Property = property, Range = range, Text = text, IsFollowed = isFollowed };
        switch (place)
        {
            case 0: _e0 = edit; break;
            case 1: _e1 = edit; break;
            case 2: _e2 = edit; break;
            case 3: _e3 = edit; break;
            case 4: _e4 = edit; break;
            case 5: _e5 = edit; break;
            case 6: _e6 = edit; break;
            case 7: _e7 = edit; break;
            case 8: _e8 = edit; break;
            case 9: _e9 = edit; break;
            case 10: _e10 = edit; break;
            case 11: _e11 = edit; break;
            case 12: _e12 = edit; break;
            case 13: _e13 = edit; break;
            case 14: _e14 = edit; break;
            default: _e15 = edit; break;
        }
    }

    private static ref readonly SpliceEdit At([UnscopedRef] in RequestSplicer splicer, int index)
    {
        switch (index)
        {
            case 0: return ref splicer._e0;
            case 1: return ref splicer._e1;
            case 2: return ref splicer._e2;
            case 3: return ref splicer._e3;
            case 4: return ref splicer._e4;
            case 5: return ref splicer._e5;
            case 6: return ref splicer._e6;
            case 7: return ref splicer._e7;
            case 8: return ref splicer._e8;
            case 9: return ref splicer._e9;
            case 10: return ref splicer._e10;
            case 11: return ref splicer._e11;
            case 12: return ref splicer._e12;
            case 13: return ref splicer._e13;
            case 14: return ref splicer._e14;
            default: return ref splicer._e15;
        }
    }
}
