namespace Parley.Gateway.Configuration;

/// <summary>One entry of <c>agents</c>.</summary>
public sealed record AgentConfig
{
    /// <summary>What callers name: lower-case letters, digits, <c>-</c> and <c>_</c>, at most 64, because it is a tool's name over MCP.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the members below belong to it.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>What it is for: models and people choose tools by it.</summary>
    public string? Description { get; init; }

    /// <summary>The longest that one question may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Foundry: <c>https://{resource}.services.ai.azure.com/api/projects/{project}</c>, without a trailing slash.</summary>
    public Uri? ProjectEndpoint { get; init; }

    /// <summary>Foundry classic: the assistant's id (<c>asst_…</c>); Foundry: the agent's name.</summary>
    public string? AgentId { get; init; }

    /// <summary>Foundry: the agent's version; null for its newest.</summary>
    public string? Version { get; init; }

    /// <summary>Foundry: how it is signed in to; always with Entra ID and a scope.</summary>
    public ProviderAuthConfig? Auth { get; init; }

    /// <summary>Model: what a caller would name, an id, an alias or <c>provider/model</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Model: the system prompt.</summary>
    public string? Prompt { get; init; }

    /// <summary>Model: what it may use.</summary>
    public IReadOnlyList<AgentToolConfig> Tools { get; init; } = [];

    /// <summary>Model: the longest answer, in tokens.</summary>
    public int? MaxTokens { get; init; }
}
