using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.OpenAI;

/// <summary>OpenAI, and every vendor that offers OpenAI's API under a base URL of its own: <c>{baseUrl}/chat/completions</c>, key as a bearer token.</summary>
internal sealed class OpenAIProvider(ProviderConfig config, UpstreamTransport transport, AzureCredential credential) : Provider(config, transport)
{
    private readonly string _base = (config.BaseUrl ?? new Uri("https://api.openai.com/v1")).AbsoluteUri.TrimEnd('/');
    private readonly OpenAIDialects _dialects = OpenAIDialects.For(config);
    private readonly string[] _bearers = [.. config.ApiKeys.Select(key => "Bearer " + key.Reveal())];

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int turn, HttpContext? caller, CancellationToken cancellation)
    {
        // A header, an Entra token or the caller's own: as on Azure. Only plain keys are sent as OpenAI wants them.
        if (Config.Auth is { Kind: not ProviderAuthKind.ApiKey }) return credential.SignAsync(request, turn, caller, cancellation);
        if (_bearers.Length > 0) request.AddHeader("Authorization", _bearers[turn % _bearers.Length]);
        return ValueTask.FromResult<GatewayError?>(null);
    }

    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) => _dialects.Of(upstreamModel);

    internal override (Uri Address, Dialect Dialect)? ModelsList => (new Uri($"{_base}/models"), Dialect.OpenAIChat);

    internal override string? AddressOfStored(string path) => $"{_base}/{path}";

    internal override string? RawBase => _base;

    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint) => new($"{_base}/{PathOf(call)}");
}
