namespace Parley.Gateway.Configuration;

/// <summary>How an Azure OpenAI resource is addressed (contracts §5).</summary>
public enum AzureUrlStyle
{
    /// <summary><c>{endpoint}/openai/v1/…</c>, the deployment travels as <c>model</c>.</summary>
    V1,

    /// <summary><c>{endpoint}/openai/deployments/{deployment}/…?api-version=</c>.</summary>
    Classic,
}
