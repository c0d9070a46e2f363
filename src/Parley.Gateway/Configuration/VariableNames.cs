namespace Parley.Gateway.Configuration;

/// <summary>Names of the variables that configure providers (contracts §§1, 2, 4 and 7).</summary>
internal static class VariableNames
{
    public const string OpenAIKey = "OPENAI_API_KEY";
    public const string OpenAIEndpoint = "OPENAI_ENDPOINT";
    public const string OpenAIVersion = "OPENAI_API_VERSION";
    public const string OpenAIDeployment = "OPENAI_MODEL_DEPLOYMENT_NAME";
    public const string OpenAIPrompt = "OPENAI_PROMPT";
    public const string AzureKey = "AZURE_OPENAI_API_KEY";
    public const string AzureEndpoint = "AZURE_OPENAI_ENDPOINT";
    public const string AzureVersion = "AZURE_OPENAI_API_VERSION";
    public const string AzureBase = "AZURE_OPENAI_BASE";
    public const string AzureDeployment = "AZURE_OPENAI_DEPLOYMENT";
    public const string AnthropicKey = "ANTHROPIC_API_KEY";
    public const string GeminiKey = "GEMINI_API_KEY";
    public const string AwsKeyId = "AWS_ACCESS_KEY_ID";
    public const string AwsSecret = "AWS_SECRET_ACCESS_KEY";
    public const string AwsToken = "AWS_SESSION_TOKEN";
    public const string AwsRegion = "AWS_REGION";

    public const string ProjectEndpoint = "AZURE_AI_PROJECT_ENDPOINT";
    public const string AgentId = "AZURE_AI_AGENT_ID";

    /// <summary>A value without surrounding white space (secrets mounted from files end in a newline); null when not set or empty.</summary>
    public static string? Value(IReadOnlyDictionary<string, string> variables, string name) =>
        variables.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
