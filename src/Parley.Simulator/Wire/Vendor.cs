namespace Parley.Simulator;

/// <summary>Whom a request addresses; follows from its path (and on <c>/v1/models</c>, which two vendors share, from its headers).</summary>
internal enum Vendor
{
    OpenAI,
    Azure,
    Anthropic,

    /// <summary>Claude on Azure: Anthropic's format below <c>/anthropic</c>, with Azure's ways to bring a key.</summary>
    AzureAnthropic,
    Gemini,
    Bedrock,

    /// <summary>Foundry's agents, both generations, below <c>/api/projects/{project}</c>.</summary>
    Foundry,
}
