using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Simulator;

/// <summary>
/// The simulated vendors, over a connection inside the process; the host is only a name. It speaks what every surface speaks, so
/// that nothing needs a translation.
/// </summary>
internal sealed class SimulatorProvider(ProviderConfig config, UpstreamTransport transport) : Provider(config, transport)
{
    private const string Root = "http://simulator";
    private const string Key = "simulated";

    private static readonly Dialect[] Dialects =
        [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.OpenAIEmbeddings, Dialect.AnthropicMessages, Dialect.GeminiContent];

    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) => Dialects;

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int turn, HttpContext? caller, CancellationToken cancellation)
    {
        var (name, value) = request.Call.Dialect switch
        {
            Dialect.AnthropicMessages => ("x-api-key", Key),
            Dialect.GeminiContent => ("x-goog-api-key", Key),
            _ => ("Authorization", "Bearer " + Key),
        };
        request.AddHeader(name, value);
        return ValueTask.FromResult<GatewayError?>(null);
    }

    internal override (Uri Address, Dialect Dialect)? ModelsList => (new Uri($"{Root}/v1/models"), Dialect.OpenAIChat);

    internal override string? AddressOfStored(string path) => $"{Root}/v1/{path}";

    internal override string? RawBase => Root;

    internal override Dialect RawDialect(string path) => path switch
    {
        _ when path.StartsWith("/v1/messages", StringComparison.Ordinal) => Dialect.AnthropicMessages,
        _ when path.StartsWith("/v1beta/", StringComparison.Ordinal) => Dialect.GeminiContent,
        _ => Dialect.OpenAIChat,
    };

    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint) => call.Dialect switch
    {
        Dialect.AnthropicMessages => new Uri($"{Root}/v1/messages{(call.IsCount ? "/count_tokens" : "")}"),
        Dialect.GeminiContent => new Uri($"{Root}/v1beta/models/{Uri.EscapeDataString(upstreamModel).Replace("%2F", "/", StringComparison.Ordinal)}:{GeminiMethod(call)}"),
        _ => new Uri($"{Root}/v1/{PathOf(call)}"),
    };

    private static string GeminiMethod(UpstreamCall call) =>
        call.IsCount ? "countTokens" : call.IsStream ? "streamGenerateContent?alt=sse" : "generateContent";
}
