using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.OpenAI;

/// <summary>OpenAI, and every vendor that offers OpenAI's API under a base URL of its own: <c>{baseUrl}/chat/completions</c>, key as a bearer token.</summary>
internal sealed class OpenAIProvider(ProviderConfig config, UpstreamTransport transport) : Provider(config, transport)
{
    private readonly string _base = (config.BaseUrl ?? new Uri("https://api.openai.com/v1")).AbsoluteUri.TrimEnd('/');
    private readonly string[] _bearers = [.. config.ApiKeys.Select(key => "Bearer " + key.Reveal())];

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext caller, CancellationToken cancellation)
    {
        if (Config.Auth is { Kind: ProviderAuthKind.Header, HeaderName: { } name, Value: { } value }) request.AddHeader(name, value.Reveal());
        else if (_bearers.Length > 0) request.AddHeader("Authorization", _bearers[credential % _bearers.Length]);
        return ValueTask.FromResult<GatewayError?>(null);
    }

    protected override Uri BuildAddress(Operation operation, string upstreamModel, Uri? endpoint) => new($"{_base}/{PathOf(operation)}");
}
