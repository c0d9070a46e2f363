using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Gemini;

/// <summary>
/// Google's Gemini API by key: <c>{baseUrl}/v1beta/models/{model}:generateContent</c>. The key goes into a header, never into the
/// URL, where exceptions and traces would show it (LiteLLM #8075, #15799). Streams are always asked for as server-sent events.
/// </summary>
internal sealed class GeminiProvider(ProviderConfig config, UpstreamTransport transport) : Provider(config, transport)
{
    private static readonly Dialect[] Dialects = [Dialect.GeminiContent, Dialect.GeminiEmbeddings];

    private readonly string _base = (config.BaseUrl ?? new Uri("https://generativelanguage.googleapis.com")).AbsoluteUri.TrimEnd('/');
    private readonly string[] _keys = [.. config.ApiKeys.Select(key => key.Reveal())];

    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) => Dialects;

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int turn, HttpContext? caller, CancellationToken cancellation)
    {
        if (Config.Auth is { Kind: ProviderAuthKind.Header } header) request.AddHeader(header.HeaderName!, header.Value!.Reveal());
        else if (_keys.Length > 0) request.AddHeader("x-goog-api-key", _keys[turn % _keys.Length]);
        return ValueTask.FromResult<GatewayError?>(null);
    }

    internal override (Uri Address, Dialect Dialect)? ModelsList => (new Uri($"{_base}/v1beta/models"), Dialect.GeminiContent);

    internal override string? RawBase => _base;

    internal override Dialect RawDialect(string path) => Dialect.GeminiContent;

    // Google's own names are `models/x`; a tuned model is `tunedModels/x`, and keeps that.
    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint)
    {
        var name = upstreamModel.StartsWith("models/", StringComparison.Ordinal) ? upstreamModel["models/".Length..] : upstreamModel;
        var path = name.StartsWith("tunedModels/", StringComparison.Ordinal)
            ? "tunedModels/" + Uri.EscapeDataString(name["tunedModels/".Length..])
            : "models/" + Uri.EscapeDataString(name);
        return new Uri($"{_base}/v1beta/{path}:{MethodOf(call)}");
    }

    private static string MethodOf(UpstreamCall call) => call switch
    {
        { Dialect: Dialect.GeminiEmbeddings } => "batchEmbedContents",
        { IsCount: true } => "countTokens",
        { IsStream: true } => "streamGenerateContent?alt=sse",
        _ => "generateContent",
    };
}
