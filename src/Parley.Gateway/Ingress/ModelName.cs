using System.Text;
using Parley.Dialects.Splicing;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>The <c>model</c> of a body as a string: the catalogue's own string when it is known there, so that the usual request makes none.</summary>
internal static class ModelName
{
    internal static string? Read(in RequestEnvelope envelope, ReadOnlySpan<byte> body, ModelCatalog catalog)
    {
        if (!envelope.TryGetUnescaped(EnvelopeProperty.Model, body, out var utf8)) return envelope.ReadString(EnvelopeProperty.Model, body);
        Span<char> text = stackalloc char[256];
        if (!Encoding.UTF8.TryGetChars(utf8, text, out var length)) return null;
        return catalog.TryGetName(text[..length], out var known) ? known : text[..length].ToString();
    }
}
