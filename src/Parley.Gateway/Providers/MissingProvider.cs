using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers;

/// <summary>Stands for a provider that nobody configured: its models are listed, and calling one says what is missing.</summary>
internal sealed class MissingProvider(ProviderConfig config, UpstreamTransport transport) : Provider(config, transport)
{
    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) => [];

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext? caller, CancellationToken cancellation) =>
        ValueTask.FromResult<GatewayError?>(new GatewayError(GatewayErrorKind.NoRoute, $"Provider '{Name}' is not configured."));

    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint) =>
        throw new InvalidOperationException("A missing provider has no address.");
}
