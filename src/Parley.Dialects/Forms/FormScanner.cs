using System.Text;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Forms;

/// <summary>Goes through a form from boundary to boundary (RFC 2046 §5.1.1, RFC 7578), looking at nothing but the heads of its parts.</summary>
internal readonly ref struct FormScanner(ReadOnlySpan<byte> body, RequestForm form)
{
    private const int LongestBoundary = 70; // RFC 2046 §5.1.1
    private readonly ReadOnlySpan<byte> _body = body;

    internal FormFault Scan(ReadOnlySpan<byte> boundary)
    {
        // What ends a part: its last line's end, two dashes, the boundary.
        Span<byte> delimiter = stackalloc byte[LongestBoundary + 4];
        if (boundary.IsEmpty || boundary.Length > LongestBoundary) return new(FormFaultKind.NoBoundary);
        "\r\n--"u8.CopyTo(delimiter);
        boundary.CopyTo(delimiter[4..]);
        delimiter = delimiter[..(boundary.Length + 4)];

        if (!_body.StartsWith(delimiter[2..])) return new(FormFaultKind.NoBoundary);
        var at = delimiter.Length - 2;
        for (var parts = 0; ; parts++)
        {
            if (_body[at..] is [(byte)'-', (byte)'-', .. var behind])
                return behind.IsEmpty || behind.SequenceEqual("\r\n"u8) ? default : new(FormFaultKind.NoEnd, at + 2);
            if (!_body[at..].StartsWith("\r\n"u8)) return new(at == _body.Length ? FormFaultKind.NoEnd : FormFaultKind.BadPart, at);
            if (parts == RequestForm.MostParts) return new(FormFaultKind.TooManyParts, at);
            at += 2;
            if (!FormPartHead.TryRead(_body[at..], out var head)) return new(FormFaultKind.BadPart, at);
            var start = at + head.Length;
            // The empty line behind a head is not the line end that a boundary needs in front of it.
            if (_body[(start - 2)..].StartsWith(delimiter)) return new(FormFaultKind.BadPart, at);
            var length = _body[start..].IndexOf(delimiter);
            if (length < 0) return new(FormFaultKind.NoEnd, start);
            if (Note(in head, new ByteRange(start, length)) is { Kind: not FormFaultKind.None } fault) return fault;
            at = start + length + delimiter.Length;
        }
    }

    private FormFault Note(in FormPartHead head, ByteRange value)
    {
        // Some frameworks ignore the case of a field's name: to be read twice is to be given twice.
        if (Ascii.EqualsIgnoreCase(head.Name, "model"u8)) return Take("model", in head, value, form.Model is not null, static (form, value) => form.Model = value);
        if (Ascii.EqualsIgnoreCase(head.Name, "stream"u8)) return Take("stream", in head, value, form.Stream is not null, static (form, value) => form.Stream = value);
        form.HasChoice |= Ascii.EqualsIgnoreCase(head.Name, "deployment"u8) || Ascii.EqualsIgnoreCase(head.Name, "endpoint"u8);
        return default;
    }

    private FormFault Take(string field, in FormPartHead head, ByteRange value, bool isTaken, Action<RequestForm, ByteRange> take)
    {
        if (isTaken) return new(FormFaultKind.DuplicateField, value.Start, field);
        if (!head.IsPlain) return new(FormFaultKind.NotText, value.Start, field);
        take(form, value);
        return default;
    }
}
