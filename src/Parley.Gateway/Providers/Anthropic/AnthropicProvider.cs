using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Anthropic;

/// <summary>Anthropic's own API: <c>{baseUrl}/v1/messages</c>, key in <c>x-api-key</c>.</summary>
internal sealed class AnthropicProvider(ProviderConfig config, UpstreamTransport transport) : Provider(config, transport)
{
    private static readonly Dialect[] Dialects = [Dialect.AnthropicMessages];

    private readonly string _base = (config.BaseUrl ?? new Uri("https://api.anthropic.com")).AbsoluteUri.TrimEnd('/');
    private readonly string[] _keys = [.. config.ApiKeys.Select(key => key.Reveal())];

    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) => Dialects;

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int turn, HttpContext? caller, CancellationToken cancellation)
    {
        if (Config.Auth is { Kind: ProviderAuthKind.Header } header) request.AddHeader(header.HeaderName!, header.Value!.Reveal());
        else if (_keys.Length > 0) request.AddHeader("x-api-key", _keys[turn % _keys.Length]);
        return ValueTask.FromResult<GatewayError?>(null);
    }

    internal override (Uri Address, Dialect Dialect)? ModelsList => (new Uri($"{_base}/v1/models"), Dialect.AnthropicMessages);

    internal override string? RawBase => _base;

    internal override Dialect RawDialect(string path) => Dialect.AnthropicMessages;

    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint) =>
        new($"{_base}/v1/messages{(call.IsCount ? "/count_tokens" : "")}");
}
