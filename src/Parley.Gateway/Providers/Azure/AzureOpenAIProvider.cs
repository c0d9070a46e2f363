using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.OpenAI;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Azure;

/// <summary>An Azure OpenAI resource: two URL styles, deployments in place of models, a key or an Entra token (contracts §5).</summary>
internal sealed class AzureOpenAIProvider : Provider
{
    private static readonly Dialect[] Claude = [Dialect.AnthropicMessages];

    private readonly DeploymentResolver _resolver;
    private readonly AzureCredential _credential;
    private readonly FrozenSet<string>? _allowed;

    internal AzureOpenAIProvider(ProviderConfig config, UpstreamTransport transport, DeploymentResolver resolver, AzureCredential credential)
        : base(config, transport)
    {
        _resolver = resolver;
        _credential = credential;
        _allowed = config.AllowedModels?.Select(resolver.Resolve).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    internal override int CredentialCount => _credential.Count;

    internal override string ResolveModel(string model) => _resolver.Resolve(model);

    /// <summary>A deployment is allowed by whichever of its names: the one that callers use, a version of it, or its own.</summary>
    internal override bool Allows(string model, string upstreamModel) => _allowed is null || _allowed.Contains(upstreamModel);

    // A Claude deployment speaks Anthropic's format only, at another address.
    internal override IReadOnlyList<Dialect> DialectsOf(string upstreamModel) =>
        IsAnthropic(upstreamModel) ? Claude : OpenAIDialects.All.Of(ModelNameOf(upstreamModel));

    internal override bool Offers(Operation operation, string upstreamModel) => base.Offers(operation, upstreamModel) && !IsAnthropic(upstreamModel);

    /// <summary>The model behind a deployment, as far as its name or the configuration tells.</summary>
    internal string ModelNameOf(string deployment) => _resolver.ModelOf(deployment);

    /// <summary>The deployment that <paramref name="name"/> is configured to mean (by key or by deployment), or null.</summary>
    internal string? FindDeployment(string name) => _resolver.Find(name);

    /// <summary>True when this deployment is of Anthropic's family, which is spoken to in another dialect.</summary>
    internal bool IsAnthropic(string deployment) => _resolver.FamilyOf(deployment) == "anthropic";

    /// <summary>The configured endpoint that equals the one a request names (without case and trailing slash), or null.</summary>
    internal Uri? FindEndpoint(string endpoint)
    {
        var wanted = endpoint.Trim().TrimEnd('/');
        if (Matches(Config.Endpoint)) return Config.Endpoint;
        return Config.AlternativeEndpoints.FirstOrDefault(Matches);

        bool Matches(Uri? configured) =>
            configured is not null && string.Equals(configured.AbsoluteUri.TrimEnd('/'), wanted, StringComparison.OrdinalIgnoreCase);
    }

    internal override ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext? caller, CancellationToken cancellation) =>
        _credential.SignAsync(request, credential, caller, cancellation);

    // Of the resource, whatever its deployments speak: signed as OpenAI's own calls.
    internal override (Uri Address, Dialect Dialect)? ModelsList
    {
        get
        {
            var root = Config.Endpoint!.AbsoluteUri.TrimEnd('/');
            var path = Config.UrlStyle == AzureUrlStyle.V1 ? "v1/models" : $"models?api-version={Uri.EscapeDataString(Config.ApiVersion)}";
            return (new Uri($"{root}/openai/{path}"), Dialect.OpenAIChat);
        }
    }

    internal override string? AddressOfStored(string path)
    {
        var root = Config.Endpoint!.AbsoluteUri.TrimEnd('/');
        return Config.UrlStyle == AzureUrlStyle.V1 ? $"{root}/openai/v1/{path}" : $"{root}/openai/{path}?api-version={Uri.EscapeDataString(Config.ApiVersion)}";
    }

    internal override string? RawBase => Config.Endpoint!.AbsoluteUri.TrimEnd('/');

    // Claude's own API on the same resource has another header for the key (wire/translation.md §2.3).
    internal override Dialect RawDialect(string path) => path.StartsWith("/anthropic/", StringComparison.OrdinalIgnoreCase) ? Dialect.AnthropicMessages : Dialect.OpenAIChat;

    protected override Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint)
    {
        var root = (endpoint ?? Config.Endpoint!).AbsoluteUri.TrimEnd('/');
        // No api-version there (wire/translation.md §2.2).
        if (call.Dialect == Dialect.AnthropicMessages) return new Uri($"{root}/anthropic/v1/messages{(call.IsCount ? "/count_tokens" : "")}");
        if (call.Dialect == Dialect.OpenAIResponses)
        {
            // Responses live under v1 whatever the style; a dated version selects the older URL (contracts §5).
            return IsDate(Config.ResponsesApiVersion)
                ? new Uri($"{root}/openai/responses?api-version={Config.ResponsesApiVersion}")
                : new Uri($"{root}/openai/v1/responses?api-version={Uri.EscapeDataString(Config.ResponsesApiVersion)}");
        }

        return Config.UrlStyle == AzureUrlStyle.V1
            ? new Uri($"{root}/openai/v1/{PathOf(call)}")
            : new Uri($"{root}/openai/deployments/{Uri.EscapeDataString(upstreamModel)}/{PathOf(call)}?api-version={Uri.EscapeDataString(Config.ApiVersion)}");
    }

    private static bool IsDate(string version) => version.Length >= 10 && char.IsAsciiDigit(version[0]) && version[4] == '-' && version[7] == '-';
}
