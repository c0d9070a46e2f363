namespace Parley.Gateway.Configuration;

/// <summary>One entry of an Azure provider's <c>deployments</c>.</summary>
/// <param name="Deployment">The deployment's name on the resource.</param>
/// <param name="Family">The model family when it is written (<c>anthropic</c>, <c>openai</c>); null means by name.</param>
public sealed record DeploymentConfig(string Deployment, string? Family = null);
