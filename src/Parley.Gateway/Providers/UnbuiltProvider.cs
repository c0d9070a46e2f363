using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers;

/// <summary>A provider whose wire format this version does not speak: its models are listed, and calling one says why it cannot answer.</summary>
internal sealed class UnbuiltProvider(ProviderConfig config, UpstreamTransport transport) : Provider(config, transport)
{
    internal override string? Unavailable => $"provider type '{Config.TypeName}' is not spoken by this version of Parley";

    internal override Dialect? DialectFor(Dialect surface) => null;

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext caller, CancellationToken cancellation) =>
        ValueTask.FromResult<GatewayError?>(new GatewayError(GatewayErrorKind.NoRoute, Unavailable!));

    protected override Uri BuildAddress(Operation operation, string upstreamModel, Uri? endpoint) =>
        throw new InvalidOperationException("An unbuilt provider has no address.");
}
