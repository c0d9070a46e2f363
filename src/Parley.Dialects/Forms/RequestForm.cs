using Parley.Dialects.Splicing;

namespace Parley.Dialects.Forms;

/// <summary>
/// Where the few fields stand in a <c>multipart/form-data</c> body that decide where the request goes: byte ranges, nothing copied. Only
/// meaningful together with the body it was scanned from.
/// </summary>
/// <remarks>
/// Stricter than most parsers: what the provider would read in another way than the gateway could name one model here and another one
/// there, past the grants of the caller's key. So nothing in front of the first boundary or behind the last, CR LF alone ends a line, and
/// a field's name is what stands there (RFC 7578 §4.2: no <c>name*</c>, no escapes).
/// </remarks>
public sealed class RequestForm
{
    /// <summary>More parts than any operation has fields.</summary>
    public const int MostParts = 128;

    private readonly byte[] _boundary;

    internal RequestForm(byte[] boundary) => _boundary = boundary;

    /// <summary>The value of <c>model</c>; null when the form has none.</summary>
    public ByteRange? Model { get; internal set; }

    /// <summary>The value of <c>stream</c>; null when the form has none.</summary>
    public ByteRange? Stream { get; internal set; }

    /// <summary>True when it has a <c>deployment</c> or an <c>endpoint</c>, which are Parley's own and belong into JSON bodies alone.</summary>
    public bool HasChoice { get; internal set; }

    /// <summary>Scans a whole body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="boundary">The boundary that the content type names, without dashes.</param>
    /// <param name="form">What was found; only to be used when nothing is wrong.</param>
    public static FormFault Scan(ReadOnlySpan<byte> body, byte[] boundary, out RequestForm form)
    {
        ArgumentNullException.ThrowIfNull(boundary);
        form = new RequestForm(boundary);
        return new FormScanner(body, form).Scan(boundary);
    }

    /// <summary>How long the body is with this model in it, in place of its own or as a part of its own.</summary>
    public int LengthWith(ReadOnlySpan<byte> body, ReadOnlySpan<byte> model) =>
        Model is { } own ? body.Length - own.Length + model.Length : body.Length + NewPartLength + model.Length;

    /// <summary>Writes the body with this model in it; everything else stays byte for byte.</summary>
    public void WriteTo(ReadOnlySpan<byte> body, ReadOnlySpan<byte> model, Span<byte> destination)
    {
        if (Model is { } own)
        {
            body[..own.Start].CopyTo(destination);
            model.CopyTo(destination[own.Start..]);
            body[own.End..].CopyTo(destination[(own.Start + model.Length)..]);
            return;
        }

        var at = 0;
        Add("--"u8, destination, ref at);
        Add(_boundary, destination, ref at);
        Add(NewPart, destination, ref at);
        Add(model, destination, ref at);
        Add("\r\n"u8, destination, ref at);
        body.CopyTo(destination[at..]);
    }

    private static ReadOnlySpan<byte> NewPart => "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"u8;

    private int NewPartLength => "--"u8.Length + _boundary.Length + NewPart.Length + "\r\n"u8.Length;

    private static void Add(ReadOnlySpan<byte> bytes, Span<byte> destination, ref int at)
    {
        bytes.CopyTo(destination[at..]);
        at += bytes.Length;
    }
}
