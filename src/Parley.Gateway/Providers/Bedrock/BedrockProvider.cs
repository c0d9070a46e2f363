using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>AWS Bedrock: Converse and ConverseStream for conversations, InvokeModel for the embeddings of Titan and Cohere; signed with SigV4.</summary>
internal sealed class BedrockProvider(ProviderConfig config, UpstreamTransport transport, BedrockSigner signer) : Provider(config, transport)
{
    private static readonly Dialect[] Titan = [Dialect.TitanEmbeddings];
    private static readonly Dialect[] Cohere = [Dialect.CohereEmbeddings];
    private static readonly Dialect[] Converse = [Dialect.BedrockConverse];

    private readonly string _base = config.BaseUrl!.AbsoluteUri.TrimEnd('/');

    internal override int CredentialCount => 1;

    // Embedding models have no Converse; their names say what they are (docs.aws.amazon.com/bedrock, "supported models").
    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) => upstreamModel switch
    {
        _ when upstreamModel.Contains("titan-embed", StringComparison.OrdinalIgnoreCase) => Titan,
        _ when upstreamModel.Contains("cohere.embed", StringComparison.OrdinalIgnoreCase) => Cohere,
        _ => Converse,
    };

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int turn, HttpContext? caller, CancellationToken cancellation)
    {
        if (Config.Auth is not { Kind: ProviderAuthKind.Header } header) return signer.SignAsync(request, cancellation);
        request.AddHeader(header.HeaderName!, header.Value!.Reveal());
        return ValueTask.FromResult<GatewayError?>(null);
    }

    internal override string? RawBase => _base;

    internal override Dialect RawDialect(string path) => Dialect.BedrockConverse;

    internal override bool SignsBody => Config.Auth is not { Kind: ProviderAuthKind.Header };

    // Ids hold colons, ARNs slashes: both are escaped, and the signature is over the path as sent (spikes.md §2).
    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint)
    {
        var operation = call switch
        {
            { Dialect: not Dialect.BedrockConverse } => "invoke",
            { IsStream: true } => "converse-stream",
            _ => "converse",
        };
        return new Uri($"{_base}/model/{Uri.EscapeDataString(upstreamModel)}/{operation}");
    }
}
