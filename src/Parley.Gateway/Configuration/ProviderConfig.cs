namespace Parley.Gateway.Configuration;

/// <summary>One provider as configured: a vendor account, which is an endpoint and a credential.</summary>
public sealed record ProviderConfig
{
    /// <summary>The name that models, callers and the ledger use.</summary>
    public required string Name { get; init; }

    /// <summary>The kind.</summary>
    public required ProviderType Type { get; init; }

    /// <summary>The type as written (<c>groq</c>), for display and for addressing by type.</summary>
    public required string TypeName { get; init; }

    /// <summary>What its API has beside conversations and embeddings.</summary>
    public ProviderFeatures Features => ProviderTypes.FeaturesOf(TypeName);

    /// <summary>The API's base: with <c>/v1</c> for OpenAI and compatible ones. Null for Azure (<see cref="Endpoint"/>) and the simulator.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Upstream keys, tried in turn. Empty when the provider needs none or uses <see cref="Auth"/>.</summary>
    public IReadOnlyList<Secret> ApiKeys { get; init; } = [];

    /// <summary>Azure: the resource's endpoint, without a path.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Azure: further endpoints that a request's <c>endpoint</c> may choose with this provider's credential.</summary>
    public IReadOnlyList<Uri> AlternativeEndpoints { get; init; } = [];

    /// <summary>Azure: <c>apiVersion</c>, <c>2024-10-21</c> by default.</summary>
    public string ApiVersion { get; init; } = "2024-10-21";

    /// <summary>Azure: <c>responsesApiVersion</c>; <c>preview</c> by default, a date selects the older URL.</summary>
    public string ResponsesApiVersion { get; init; } = "preview";

    /// <summary>Azure: how URLs are formed.</summary>
    public AzureUrlStyle UrlStyle { get; init; } = AzureUrlStyle.V1;

    /// <summary>How the provider is signed in to; null means by <see cref="ApiKeys"/>.</summary>
    public ProviderAuthConfig? Auth { get; init; }

    /// <summary>Azure: names that callers use → deployments.</summary>
    public IReadOnlyDictionary<string, DeploymentConfig> Deployments { get; init; } = new Dictionary<string, DeploymentConfig>();

    /// <summary>Upstream models that may be asked of this provider; null means all.</summary>
    public IReadOnlyList<string>? AllowedModels { get; init; }

    /// <summary>When its targets leave their pools.</summary>
    public BreakerConfig Breaker { get; init; } = new();

    /// <summary>Active health checks; null means none.</summary>
    public ProbeConfig? Probe { get; init; }

    /// <summary>Connections.</summary>
    public HttpConfig Http { get; init; } = new();

    /// <summary>AWS region (Bedrock).</summary>
    public string? Region { get; init; }

    /// <summary>AWS access key id (Bedrock); null means the AWS credential chain.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>AWS secret access key (Bedrock).</summary>
    public Secret? SecretAccessKey { get; init; }

    /// <summary>AWS session token (Bedrock), with temporary credentials.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>Why the provider cannot be called yet (a variable that is not set), or null. Its models are listed and answer so.</summary>
    public string? MissingCredential { get; init; }

    /// <summary>False where the provider refuses <c>stream_options</c>: usage of streams is then not asked for.</summary>
    public bool StreamUsage { get; init; } = true;

    /// <summary>True where every key may see the files and batches that another key of ours has made.</summary>
    public bool SharedFiles { get; init; }
}
