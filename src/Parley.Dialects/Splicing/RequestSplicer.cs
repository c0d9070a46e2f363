namespace Parley.Dialects.Splicing;

/// <summary>
/// Changes a few members of a scanned request and writes the result in one pass. Every byte that no edit names is written as it
/// came: order, white space, number formats and escapes survive. Holds at most <see cref="MaxEdits"/> edits and allocates nothing;
/// the spans handed in must live until <see cref="WriteTo"/>.
/// </summary>
public ref struct RequestSplicer
{
    /// <summary>How many edits fit; one more throws <see cref="InvalidOperationException"/>.</summary>
    public const int MaxEdits = 8;

    public RequestSplicer(ReadOnlySpan<byte> body, in RequestEnvelope envelope) => throw new NotImplementedException();

    /// <summary>True when anything was changed.</summary>
    public readonly bool HasEdits => throw new NotImplementedException();

    /// <summary>The length of the result.</summary>
    public readonly int Length => throw new NotImplementedException();

    /// <summary>Puts other bytes (a whole JSON value) in the place of a value. Does nothing when the property is absent.</summary>
    public void Replace(EnvelopeProperty property, ReadOnlySpan<byte> jsonValue) => throw new NotImplementedException();

    /// <summary>Takes a member out, with the comma that is then one too many. Does nothing when the property is absent.</summary>
    public void Remove(EnvelopeProperty property) => throw new NotImplementedException();

    /// <summary>Puts a member (<c>"name":value</c>) right behind the opening brace.</summary>
    public void Add(ReadOnlySpan<byte> member) => throw new NotImplementedException();

    /// <summary>Sees to it that the provider sends usage at the end of a stream: <c>stream_options.include_usage</c> becomes true.</summary>
    public void AskForStreamUsage() => throw new NotImplementedException();

    /// <summary>Writes the result, <see cref="Length"/> bytes.</summary>
    public readonly void WriteTo(Span<byte> destination) => throw new NotImplementedException();
}
