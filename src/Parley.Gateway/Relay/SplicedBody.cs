using System.Buffers;
using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Forms;
using Parley.Dialects.Splicing;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>The caller's body with the few bytes changed that the target needs; everything else stays as it came. Without a change it is the caller's buffer itself.</summary>
internal struct SplicedBody
{
    private byte[]? _rented;

    internal ReadOnlyMemory<byte> Memory { get; private set; }

    /// <summary>True when usage of the stream was asked for on the caller's behalf, and must be hidden from it.</summary>
    internal bool AskedForUsage { get; private set; }

    /// <summary>What was taken out because the model refuses it; null when nothing was.</summary>
    internal LossReport? Losses { get; private set; }

    /// <summary>Why the body is not to be sent (<c>onUnsupported: reject</c>), or null.</summary>
    internal GatewayError? Refusal { get; private set; }

    internal static SplicedBody For(GatewayExchange exchange, RouteTarget target)
    {
        if (exchange.Form is { } form) return OfForm(exchange, target, form);
        var body = exchange.Body.Span;
        ref var envelope = ref exchange.Envelope;
        var splicer = new RequestSplicer(body, in envelope);

        var defaults = exchange.Surface.Operation == Operation.CountTokens ? null : exchange.Plan!.Defaults;
        // Gemini's URL names the model, and its body must not.
        if (exchange.Surface.IsModelPath)
        {
            if (defaults is null) return new SplicedBody { Memory = exchange.Body.Memory };
            DefaultEdits.Apply(ref splicer, body, in envelope, exchange.Surface.Dialect, target.Traits, isOpenAI: false, defaults);
            var filled = default(SplicedBody);
            filled.Write(in splicer, exchange);
            return filled;
        }

        var staysUnnamed = DefaultModel.StaysUnnamed(exchange, target);
        if (!envelope.Has(EnvelopeProperty.Model)) AddModel(ref splicer, exchange, target, staysUnnamed);
        else if (!staysUnnamed && !target.ModelJson.AsSpan().SequenceEqual(envelope.Value(EnvelopeProperty.Model).Of(body))) splicer.Replace(EnvelopeProperty.Model, target.ModelJson);

        // Ours, never the provider's: OpenAI refuses unknown arguments.
        if (envelope.Has(EnvelopeProperty.Deployment)) splicer.Remove(EnvelopeProperty.Deployment);
        if (envelope.Has(EnvelopeProperty.Endpoint)) splicer.Remove(EnvelopeProperty.Endpoint);

        var asks = exchange.IsStream && !exchange.WantsStreamUsage && exchange.Surface.HidesStreamUsage && target.Provider.Config.StreamUsage;
        if (asks) splicer.AskForStreamUsage();

        var spliced = new SplicedBody { AskedForUsage = asks };
        if (target.Traits.HasRequestQuirks && target.OnUnsupported != UnsupportedPolicy.Pass)
        {
            spliced.Losses = RequestQuirks.Apply(ref splicer, body, in envelope, exchange.Surface.Dialect, target.Traits);
            if (spliced.Losses is { } losses && target.OnUnsupported == UnsupportedPolicy.Reject)
            {
                spliced.Refusal = Unsupported(exchange, losses.Losses[0]);
                return spliced;
            }
        }

        if (defaults is not null) DefaultEdits.Apply(ref splicer, body, in envelope, exchange.Surface.Dialect, target.Traits, TranslationTargets.IsOpenAI(target), defaults);
        spliced.Write(in splicer, exchange);
        return spliced;
    }

    private static SplicedBody OfForm(GatewayExchange exchange, RouteTarget target, RequestForm form)
    {
        var body = exchange.Body.Span;
        var model = Encoding.UTF8.GetBytes(target.UpstreamModel);
        if (form.Model is { } own ? own.Of(body).SequenceEqual(model) : IsNamedByAddress(exchange, target) || DefaultModel.StaysUnnamed(exchange, target)) return new SplicedBody { Memory = exchange.Body.Memory };
        var length = form.LengthWith(body, model);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        form.WriteTo(body, model, rented);
        return new SplicedBody { _rented = rented, Memory = rented.AsMemory(0, length) };
    }

    private void Write(in RequestSplicer splicer, GatewayExchange exchange)
    {
        if (!splicer.HasEdits)
        {
            Memory = exchange.Body.Memory;
            return;
        }

        var length = splicer.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        splicer.WriteTo(_rented);
        Memory = _rented.AsMemory(0, length);
    }

    /// <summary>Gives the buffer back, unless the transport may still be reading it.</summary>
    internal void Release(bool isInUse)
    {
        if (_rented is not null && !isInUse) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        Memory = default;
    }

    internal readonly bool IsCallersBuffer => _rented is null;

    internal static GatewayError Unsupported(GatewayExchange exchange, TranslationLoss loss) =>
        new(GatewayErrorKind.BadRequest, $"'{loss.Path}' cannot be sent to the model '{exchange.ModelAsked}': {loss.Reason}. Leave it out.")
        {
            Code = "unsupported_parameter",
            Param = loss.Path,
        };

    private static void AddModel(ref RequestSplicer splicer, GatewayExchange exchange, RouteTarget target, bool staysUnnamed)
    {
        if (!staysUnnamed && !IsNamedByAddress(exchange, target)) splicer.Add((byte[])[.. "\"model\":"u8, .. target.ModelJson]);
    }

    // Azure's classic URL names the deployment, so a body without `model` is complete there; everywhere else it is needed.
    private static bool IsNamedByAddress(GatewayExchange exchange, RouteTarget target) =>
        target.Provider.Config is { Type: ProviderType.AzureOpenAI, UrlStyle: AzureUrlStyle.Classic } && exchange.Surface.Operation != Operation.Responses;
}
