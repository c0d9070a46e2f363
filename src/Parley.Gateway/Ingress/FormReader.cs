using System.Text;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using Parley.Dialects.Forms;
using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>Scans a form once, as <see cref="EnvelopeReader"/> scans JSON: one <c>model</c>, and whether a stream is wanted.</summary>
internal static class FormReader
{
    /// <summary>Fills the exchange's form, model and stream flag; null when all is well.</summary>
    internal static GatewayError? Read(GatewayExchange exchange)
    {
        if (BoundaryOf(exchange.Http.Request.ContentType!) is not { } boundary)
            return Bad("The Content-Type has no usable boundary. Leave it to your HTTP client to set: multipart/form-data; boundary=…");
        var body = exchange.Body.Span;
        var fault = RequestForm.Scan(body, boundary, out var form);
        if (fault.Kind != FormFaultKind.None) return Describe(fault);
        // Contracts §5 has them for JSON bodies; passed on, a provider would ignore them and answer for another deployment.
        if (form.HasChoice) return Bad("'deployment' and 'endpoint' cannot be chosen in a form. Name the deployment as 'model' (for example azure/NAME).");
        exchange.Form = form;
        exchange.WantsStreamUsage = true;
        exchange.IsStream = form.Stream is { } stream && IsTrue(stream.Of(body));
        return ReadModel(exchange, form.Model, body);
    }

    private static GatewayError? ReadModel(GatewayExchange exchange, ByteRange? given, ReadOnlySpan<byte> body)
    {
        if (exchange.Surface.IsDeploymentPath) return EnvelopeReader.ReadPathModel(exchange);
        if (given is not { Length: > 0 } model)
            return EnvelopeReader.TryUseProxyDeployment(exchange) || DefaultModel.TryUse(exchange) ? null : EnvelopeReader.MissingModel(exchange);
        if (model.Length > EnvelopeReader.LongestModelName) return Bad($"'model' is longer than {EnvelopeReader.LongestModelName} bytes.", "model");
        var utf8 = model.Of(body);
        exchange.ModelAsked = Encoding.UTF8.GetString(utf8);
        return !Utf8.IsValid(utf8) || !EnvelopeReader.IsName(exchange.ModelAsked)
            ? Bad("'model' must be text without control characters, and no path ('.' or '..').", "model")
            : null;
    }

    private static bool IsTrue(ReadOnlySpan<byte> value) => Ascii.EqualsIgnoreCase(value, "true"u8) || value.SequenceEqual("1"u8);

    // One boundary and no other spelling of it (RFC 2231's `boundary*`): the provider must not cut the body elsewhere.
    private static byte[]? BoundaryOf(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return null;
        if (type.Parameters.Count(static parameter => parameter.Name.StartsWith("boundary", StringComparison.OrdinalIgnoreCase)) != 1) return null;
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        // RFC 2046 §5.1.1, without the blank.
        return boundary.Length is > 0 and <= 70 && boundary.All(static c => char.IsAsciiLetterOrDigit(c) || "'()+_,-./:=?".Contains(c, StringComparison.Ordinal)) ? Encoding.ASCII.GetBytes(boundary) : null;
    }

    private static GatewayError Describe(FormFault fault) => fault.Kind switch
    {
        FormFaultKind.NoBoundary => Bad("The body does not begin with the boundary that the Content-Type names. Leave both to your HTTP client."),
        FormFaultKind.NoEnd => Bad("The form has no end: its closing boundary is missing, or something stands behind it."),
        FormFaultKind.TooManyParts => Bad($"The form has more than {RequestForm.MostParts} parts."),
        FormFaultKind.DuplicateField => Bad($"'{fault.Field}' is given twice. Send it once.", fault.Field),
        FormFaultKind.NotText => Bad($"'{fault.Field}' must be a plain field of the form: no file, no transfer encoding.", fault.Field),
        _ => Bad($"The form is not valid (at byte {fault.Offset}): each part begins with 'Content-Disposition: form-data; name=\"…\"' and an empty line."),
    };

    private static GatewayError Bad(string message, string? param = null) => new(GatewayErrorKind.BadRequest, message) { Param = param };
}
