using Parley.Dialects;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Translation;

/// <summary>What can stand behind a model: a provider of one type, one upstream model of it, and the dialects it is spoken to in.</summary>
/// <param name="Id">The model's name in the tests' catalogue.</param>
/// <param name="Type">The provider's type.</param>
/// <param name="Provider">The provider's configured name.</param>
/// <param name="Model">As the catalogue names it.</param>
/// <param name="Upstream">As the provider is asked for it.</param>
/// <param name="Dialects">What is spliced; anything else is translated to the first.</param>
public sealed record ProviderTarget(string Id, ProviderType Type, string Provider, string Model, string Upstream, params Dialect[] Dialects)
{
    internal static readonly ProviderTarget OpenAI = new("on-openai", ProviderType.OpenAI, "openai", "gpt-4o", "gpt-4o", Dialect.OpenAIChat, Dialect.OpenAIResponses);
    internal static readonly ProviderTarget Reasoning = new("on-reasoning", ProviderType.OpenAI, "openai", "gpt-5-mini", "gpt-5-mini", Dialect.OpenAIResponses, Dialect.OpenAIChat);
    internal static readonly ProviderTarget Anthropic = new("on-anthropic", ProviderType.Anthropic, "anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5", Dialect.AnthropicMessages);
    internal static readonly ProviderTarget AzureClaude = new("on-azure-claude", ProviderType.AzureOpenAI, "foundry", "claude-sonnet-4-5", "sim-assistant", Dialect.AnthropicMessages);
    internal static readonly ProviderTarget BedrockClaude = new("on-bedrock-claude", ProviderType.Bedrock, "bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", Dialect.BedrockConverse);
    internal static readonly ProviderTarget BedrockLlama = new("on-bedrock-llama", ProviderType.Bedrock, "bedrock", "us.meta.llama3-3-70b-instruct-v1:0", "us.meta.llama3-3-70b-instruct-v1:0", Dialect.BedrockConverse);
    internal static readonly ProviderTarget Gemini = new("on-gemini", ProviderType.Gemini, "gemini", "gemini-2.5-flash", "gemini-2.5-flash", Dialect.GeminiContent);

    internal static readonly IReadOnlyList<ProviderTarget> All = [OpenAI, Reasoning, Anthropic, AzureClaude, BedrockClaude, BedrockLlama, Gemini];

    internal static ProviderTarget Of(string id) => All.Single(target => target.Id == id);

    internal bool IsSplicedFrom(CallerSurface surface) => Dialects.Contains(surface.Dialect);

    public override string ToString() => Id;
}
