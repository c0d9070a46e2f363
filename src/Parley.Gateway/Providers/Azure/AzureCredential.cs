using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Azure;

/// <summary>How an Azure resource is signed in to: resource keys in turn, an Entra token, a fixed header, or the caller's own bearer token.</summary>
internal sealed class AzureCredential
{
    private readonly ProviderConfig _config;
    private readonly string[] _keys;
    private readonly EntraTokenSource? _tokens;

    internal AzureCredential(ProviderConfig config, EntraTokenSource? tokens)
    {
        _config = config;
        _keys = KeysOf(config);
        _tokens = tokens;
    }

    internal int Count => Math.Max(1, _keys.Length);

    internal async ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext? caller, CancellationToken cancellation)
    {
        switch (_config.Auth?.Kind)
        {
            case ProviderAuthKind.Header:
                request.AddHeader(_config.Auth.HeaderName!, _config.Auth.Value!.Reveal());
                return null;
            case ProviderAuthKind.CallerBearer:
                if (caller is null) return new GatewayError(GatewayErrorKind.NoRoute, $"Provider '{_config.Name}' is called with its callers' own tokens: Parley has none to call it by itself.");
                if (CallerBearer.Find(caller) is not { } bearer)
                    return new GatewayError(GatewayErrorKind.BadRequest, $"Provider '{_config.Name}' is called with the caller's own token: send it as Authorization: Bearer, beside your Parley key in the api-key header.");
                request.AddHeader("Authorization", bearer);
                return null;
            case null or ProviderAuthKind.ApiKey when _keys.Length > 0:
                // Claude on Azure keeps Anthropic's header (wire/translation.md §2.3).
                request.AddHeader(request.Call.Dialect == Dialect.AnthropicMessages ? "x-api-key" : "api-key", _keys[credential % _keys.Length]);
                return null;
        }

        if (_tokens is null) return new GatewayError(GatewayErrorKind.NoRoute, $"Provider '{_config.Name}' has no credential.");
        var (header, error) = await _tokens.GetAsync(cancellation);
        if (header is null) return error;
        request.AddHeader("Authorization", header);
        return null;
    }

    private static string[] KeysOf(ProviderConfig config)
    {
        // The loader has put the value of auth {kind: api-key} among the keys already; twice would be tried twice.
        if (config.ApiKeys.Count == 0 && config.Auth is { Kind: ProviderAuthKind.ApiKey, Value: { } value }) return [value.Reveal()];
        return [.. config.ApiKeys.Select(key => key.Reveal())];
    }
}
