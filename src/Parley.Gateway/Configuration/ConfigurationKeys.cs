namespace Parley.Gateway.Configuration;

/// <summary>Every key of <c>parley.json</c>, by section. <c>parley.schema.json</c> lists the same ones; a test compares them.</summary>
internal static class ConfigurationKeys
{
    public static readonly string[] Root =
        ["$schema", "providers", "models", "keys", "defaults", "limits", "access", "ledger", "surfaces", "users", "userStorage", "egress"];

    public static readonly string[] AnyProvider = ["type", "http"];

    public static readonly string[] KeyedProvider = ["apiKey", "apiKeys", "auth", "baseUrl", "allowedModels", "streamUsage"];

    public static readonly string[] AzureProvider =
    [
        "apiKey", "apiKeys", "auth", "allowedModels", "streamUsage",
        "endpoint", "endpoints", "apiVersion", "responsesApiVersion", "urlStyle", "deployments",
    ];

    public static readonly string[] BedrockProvider = ["region", "accessKeyId", "secretAccessKey", "sessionToken", "baseUrl", "allowedModels"];

    public static readonly string[] Provider =
        [.. AnyProvider.Concat(KeyedProvider).Concat(AzureProvider).Concat(BedrockProvider).Distinct()];

    public static readonly string[] Auth = ["kind", "value", "name", "clientId", "tenantId", "clientSecret", "scope"];

    public static readonly string[] Deployment = ["deployment", "family"];

    public static readonly string[] Http =
        ["maxConnections", "idleSeconds", "lifetimeSeconds", "connectSeconds", "firstByteSeconds", "idleStreamSeconds", "version", "proxy", "caFile"];

    public static readonly string[] Model =
    [
        "modelId", "aliases", "modelName", "providerName", "targets", "temperature", "supportsVision", "description",
        "pick", "affinity", "onLoss", "onUnsupported", "cacheBreakpoints",
    ];

    public static readonly string[] Target = ["provider", "model", "priority", "weight"];

    public static readonly string[] Affinity = ["kind", "name"];

    public static readonly string[] Key = ["name", "role", "key", "models", "providers", "expiresAt"];

    public static readonly string[] Defaults = ["model", "files"];

    public static readonly string[] Limits = ["bodyBytes", "uploadBytes", "bufferedBytes"];

    public static readonly string[] Access = ["anonymous", "cors", "trustedProxies"];

    public static readonly string[] Cors = ["origins", "headers", "credentials"];

    public static readonly string[] Egress = ["media"];

    public static readonly string[] Media = ["enabled", "maxBytes", "timeoutSeconds", "allowPrivate"];

    public static readonly string[] Ledger = ["commit", "onFailure"];

    public static readonly string[] Surfaces = ["unified"];

    public static readonly string[] Unified = ["path"];

    public static readonly string[] Users = ["echoPassword"];

    public static readonly string[] UserStorage = ["tableName", "partitionKey", "connectionStringEnvVar"];
}
