using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>Scans the body once and checks what every surface needs: JSON, an object, one <c>model</c>, <c>stream</c> a boolean.</summary>
internal static class EnvelopeReader
{
    internal const int LongestModelName = 256;

    /// <summary>Fills the exchange's envelope, model and stream flags; null when all is well.</summary>
    internal static GatewayError? Read(GatewayExchange exchange)
    {
        if (exchange.Surface.TakesForm && RequestBodyReader.IsForm(exchange.Http.Request.ContentType)) return FormReader.Read(exchange);
        var body = exchange.Body.Span;
        var fault = RequestEnvelope.Scan(body, out exchange.Envelope);
        if (fault.Kind != EnvelopeFaultKind.None) return Describe(fault);
        ref var envelope = ref exchange.Envelope;

        if (ReadModel(exchange, body) is { } wrongModel) return wrongModel;
        if (exchange.Surface.IsModelPath)
        {
            exchange.IsStream = exchange.Surface.IsStreamPath;
            exchange.WantsJsonArray = exchange.IsStream && exchange.Http.Request.Query["alt"] != "sse";
        }
        else if (envelope.Has(EnvelopeProperty.Stream) && exchange.Surface.Operation is not (Operation.Embeddings or Operation.CountTokens))
        {
            exchange.IsStream = envelope.IsTrue(EnvelopeProperty.Stream, body);
            if (!exchange.IsStream && envelope.Kind(EnvelopeProperty.Stream) is not (System.Text.Json.JsonTokenType.False or System.Text.Json.JsonTokenType.Null))
                return Bad("'stream' must be true or false.", "stream");
        }

        // Only chat and text completions hide their usage unless they are asked; a Responses stream always ends with it.
        exchange.WantsStreamUsage = !exchange.Surface.HidesStreamUsage || StreamUsageRequest.WasAsked(body, in envelope);
        return null;
    }

    private static GatewayError? ReadModel(GatewayExchange exchange, ReadOnlySpan<byte> body)
    {
        if (exchange.Surface.IsDeploymentPath || exchange.Surface.IsModelPath) return ReadPathModel(exchange);

        ref var envelope = ref exchange.Envelope;
        // The old proxy's deployment answers whatever `model` says, so it may be absent there, or say nothing.
        if (exchange.Surface.UsesProxyDeployment && NamesNothing(in envelope, body) && TryUseProxyDeployment(exchange)) return null;
        if ((!envelope.Has(EnvelopeProperty.Model) || envelope.Kind(EnvelopeProperty.Model) == System.Text.Json.JsonTokenType.Null) && DefaultModel.TryUse(exchange)) return null;
        if (!envelope.Has(EnvelopeProperty.Model)) return MissingModel(exchange);

        var value = envelope.Value(EnvelopeProperty.Model);
        if (envelope.Kind(EnvelopeProperty.Model) != System.Text.Json.JsonTokenType.String) return Bad("'model' must be a string.", "model");
        if (value.Length > LongestModelName) return Bad($"'model' is longer than {LongestModelName} bytes.", "model");
        if (ModelName.Read(in envelope, body, exchange.Snapshot.Catalog) is not { Length: > 0 } name) return Bad("'model' must not be empty.", "model");
        if (!IsName(name)) return Bad("'model' must not hold control characters, nor be a path ('.' or '..').", "model");
        exchange.ModelAsked = name;
        return null;
    }

    /// <summary>Takes the old proxy's deployment for a request that names no model, where its surface has one.</summary>
    internal static bool TryUseProxyDeployment(GatewayExchange exchange)
    {
        if (!exchange.Surface.UsesProxyDeployment || exchange.Snapshot.Config.ProxyDeployment is not { } deployment) return false;
        exchange.ModelAsked = deployment;
        exchange.IsModelMissing = true;
        return true;
    }

    internal static GatewayError MissingModel(GatewayExchange exchange) =>
        Bad($"'model' is missing. Name one of the models that GET {exchange.Prefix}/models lists.", "model");

    /// <summary>Reads the model that the path names; an error when it is no name.</summary>
    internal static GatewayError? ReadPathModel(GatewayExchange exchange)
    {
        var what = exchange.Surface.IsDeploymentPath ? "deployment" : "model";
        exchange.ModelAsked = PathName.Read(exchange.Http, what);
        return IsName(exchange.ModelAsked) ? null : Bad($"The {what}'s name must have 1 to {LongestModelName} characters, none of them a control character.", "model");
    }

    // The name goes into logs and, on Azure's classic URLs, into a path: neither may be steered by it.
    internal static bool IsName(string name)
    {
        if (name.Length is 0 or > LongestModelName) return false;
        foreach (var c in name)
        {
            if (char.IsControl(c)) return false;
        }

        return !name.Contains('.', StringComparison.Ordinal) || !name.Split('/').Any(segment => segment is "." or "..");
    }

    private static bool NamesNothing(in RequestEnvelope envelope, ReadOnlySpan<byte> body) =>
        !envelope.Has(EnvelopeProperty.Model)
        || envelope.Kind(EnvelopeProperty.Model) == System.Text.Json.JsonTokenType.Null
        || envelope.ValueEquals(EnvelopeProperty.Model, body, ""u8);

    private static GatewayError Describe(EnvelopeFault fault) => fault.Kind switch
    {
        EnvelopeFaultKind.Empty => Bad("The request has no body. Send a JSON object.", null),
        EnvelopeFaultKind.NotAnObject => Bad("The body must be a JSON object.", null),
        EnvelopeFaultKind.DuplicateProperty => Bad($"'{EnvelopeNames.WireName(fault.Property)}' is given twice. Send it once.", EnvelopeNames.WireName(fault.Property)),
        EnvelopeFaultKind.TooDeep => Bad("The body is nested too deeply (64 levels at most).", null),
        _ => Bad($"The body is not valid JSON (at byte {fault.Offset}).", null),
    };

    private static GatewayError Bad(string message, string? param) => new(GatewayErrorKind.BadRequest, message) { Param = param };
}
