namespace Parley.Gateway.Configuration;

/// <summary>
/// All that the operator wrote, from <c>parley.json</c>, <c>models_config.json</c> and the variables, merged and validated.
/// Immutable input; <c>GatewaySnapshot</c> is what is compiled from it.
/// </summary>
public sealed record ParleyConfig
{
    /// <summary>Providers by name (exact).</summary>
    public required IReadOnlyDictionary<string, ProviderConfig> Providers { get; init; }

    /// <summary>The catalogue, in file order: <c>parley.json</c> first, then <c>models_config.json</c>.</summary>
    public required IReadOnlyList<ModelConfig> Models { get; init; }

    /// <summary>Names that lead to models; unique among themselves and among the models' own names.</summary>
    public IReadOnlyList<AliasConfig> Aliases { get; init; } = [];

    /// <summary>Agents by name, in file order; the one of the variables comes last.</summary>
    public IReadOnlyList<AgentConfig> Agents { get; init; } = [];

    /// <summary><c>events.webhook</c>; null means nobody is told.</summary>
    public WebhookConfig? Webhook { get; init; }

    /// <summary>Keys with values that the operator already has.</summary>
    public IReadOnlyList<FixedKeyConfig> Keys { get; init; } = [];

    /// <summary><c>prompts</c>, and <c>default</c> where <c>OPENAI_PROMPT</c> is set; ordered by name.</summary>
    public IReadOnlyList<PromptConfig> Prompts { get; init; } = [];

    /// <summary><c>defaults.model</c>, or what the variables say in its place.</summary>
    public string? DefaultModel { get; init; }

    /// <summary><c>OPENAI_PROMPT</c>: what <c>POST /chat</c> tells the model first (contracts §4).</summary>
    public string SystemPrompt { get; init; } = "You are a helpful assistant.";

    /// <summary><c>defaults.files</c>: the provider of file operations that name none.</summary>
    public string? DefaultFilesProvider { get; init; }

    /// <summary>Sizes.</summary>
    public LimitsConfig Limits { get; init; } = new();

    /// <summary><c>egress.media</c>: what is fetched from addresses that callers name.</summary>
    public MediaConfig Media { get; init; } = new();

    /// <summary>Who may come in without a key, CORS, trusted proxies.</summary>
    public AccessConfig Access { get; init; } = new();

    /// <summary>How usage records are kept.</summary>
    public LedgerConfig Ledger { get; init; } = new();

    /// <summary>
    /// Azure Table Storage for users: <c>userStorage</c> of either file, or the default where its variable has a value. Null, or without a
    /// connection string, means in the database.
    /// </summary>
    public UserStorageConfig? UserStorage { get; init; }

    /// <summary><c>users.echoPassword</c>: whether an answer of <c>/api/users</c> echoes the password that the request carried.</summary>
    public bool EchoPassword { get; init; } = true;

    /// <summary><c>surfaces.unified.path</c>: the prefix of the unified model API, without a trailing slash.</summary>
    public string UnifiedPath { get; init; } = "/llm/v1";

    /// <summary>
    /// <c>surfaces.heartbeatSeconds</c>: after so long a silence a streamed answer gets a comment. Zero for never, which is the default
    /// but on Azure Functions, whose front end cuts a connection after 230 silent seconds (wire/azure.md §4.4).
    /// </summary>
    public TimeSpan Heartbeat { get; init; }

    /// <summary>The Azure OpenAI proxy of contracts §2 (<c>AZURE_OPENAI_DEPLOYMENT</c>): the deployment used under <c>/api/v1</c> unless the request names a model of the catalogue.</summary>
    public string? ProxyDeployment { get; init; }

    /// <summary>When variables gave exactly one provider, its name: a model name found nowhere else goes there as it is.</summary>
    public string? OnlyVariableProvider { get; init; }

    /// <summary>True when no configuration file was loaded: <c>parley/echo</c> exists then.</summary>
    public bool HasNoFile { get; init; }
}
