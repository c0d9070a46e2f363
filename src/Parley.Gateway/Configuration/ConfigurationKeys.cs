namespace Parley.Gateway.Configuration;

/// <summary>Every key of <c>parley.json</c>, by section. <c>parley.schema.json</c> lists the same ones; a test compares them.</summary>
internal static class ConfigurationKeys
{
    public static readonly string[] Root =
        ["$schema", "providers", "models", "aliases", "keys", "defaults", "limits", "access", "ledger", "surfaces", "users", "userStorage", "egress", "events", "agents", "prompts"];

    public static readonly string[] AnyProvider = ["type", "http", "breaker", "probe"];

    public static readonly string[] KeyedProvider = ["apiKey", "apiKeys", "auth", "baseUrl", "allowedModels", "streamUsage", "sharedFiles"];

    public static readonly string[] AzureProvider =
    [
        "apiKey", "apiKeys", "auth", "allowedModels", "streamUsage", "sharedFiles",
        "endpoint", "endpoints", "apiVersion", "responsesApiVersion", "urlStyle", "deployments",
    ];

    public static readonly string[] BedrockProvider = ["region", "accessKeyId", "secretAccessKey", "sessionToken", "baseUrl", "allowedModels"];

    public static readonly string[] Provider =
        [.. AnyProvider.Concat(KeyedProvider).Concat(AzureProvider).Concat(BedrockProvider).Distinct()];

    public static readonly string[] Auth = ["kind", "value", "name", "clientId", "tenantId", "clientSecret", "scope"];

    public static readonly string[] Deployment = ["deployment", "family"];

    public static readonly string[] Http =
        ["maxConnections", "idleSeconds", "lifetimeSeconds", "connectSeconds", "firstByteSeconds", "idleStreamSeconds", "version", "proxy", "caFile"];

    public static readonly string[] Breaker =
    [
        "rule", "openSeconds", "acceptRetryAfter", "mostRetryAfterSeconds",
        "count", "percentage", "minimumCalls", "intervalSeconds", "statuses", "timeouts", "connections",
    ];

    public static readonly string[] Probe = ["kind", "intervalSeconds", "timeoutSeconds"];

    public static readonly string[] Model =
    [
        "modelId", "aliases", "modelName", "providerName", "targets", "temperature", "supportsVision", "description",
        "pick", "affinity", "onLoss", "onUnsupported", "cacheBreakpoints", "defaults", "timeouts", "retry", "hedge", "concurrency",
    ];

    public static readonly string[] Target = ["provider", "model", "priority", "weight", "concurrency"];

    public static readonly string[] Alias = ["model", "split", "stable", "defaults"];

    public static readonly string[] AliasShare = ["model", "weight"];

    public static readonly string[] AnyAgent = ["kind", "description", "timeoutSeconds"];

    public static readonly string[] Agent = [.. AnyAgent, "projectEndpoint", "agentId", "agent", "version", "auth", "model", "prompt", "tools", "maxTokens"];

    public static readonly string[] Affinity = ["kind", "name"];

    public static readonly string[] RequestDefaults = ["temperature", "maxTokens", "system"];

    public static readonly string[] Timeouts = ["connectSeconds", "firstByteSeconds", "firstTokenSeconds", "idleSeconds", "totalSeconds"];

    public static readonly string[] Retry =
    [
        "attempts", "sameTarget", "backoffMilliseconds", "mostBackoffSeconds", "deadlineSeconds", "statuses", "contentFilter", "contextLengthModel",
    ];

    public static readonly string[] Hedge = ["afterMilliseconds"];

    public static readonly string[] Concurrency = ["max", "queue", "waitSeconds"];

    public static readonly string[] Key = ["name", "role", "key", "models", "providers", "tools", "priority", "expiresAt"];

    public static readonly string[] Prompt = ["description", "text", "arguments"];

    public static readonly string[] PromptArgument = ["name", "description", "required"];

    public static readonly string[] Defaults = ["model", "files"];

    public static readonly string[] Limits = ["bodyBytes", "uploadBytes", "bufferedBytes"];

    public static readonly string[] Access = ["anonymous", "cors", "trustedProxies"];

    public static readonly string[] Cors = ["origins", "headers", "credentials"];

    public static readonly string[] Egress = ["media"];

    public static readonly string[] Media = ["enabled", "maxBytes", "timeoutSeconds", "allowPrivate"];

    public static readonly string[] Events = ["webhook"];

    public static readonly string[] Webhook = ["url", "secret"];

    public static readonly string[] Ledger = ["commit", "onFailure"];

    public static readonly string[] Surfaces = ["unified", "heartbeatSeconds"];

    public static readonly string[] Unified = ["path"];

    public static readonly string[] Users = ["echoPassword"];

    public static readonly string[] UserStorage = ["tableName", "partitionKey", "connectionStringEnvVar"];
}
