namespace Parley.Gateway.Configuration;

/// <summary>A saved prompt (<c>prompts</c>), offered to clients of the MCP server.</summary>
public sealed record PromptConfig
{
    /// <summary>Its name, unique.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for; null when nobody said so.</summary>
    public string? Description { get; init; }

    /// <summary>The text; <c>{{name}}</c> stands for the argument of that name.</summary>
    public required string Text { get; init; }

    /// <summary>What the client is asked for, in this order.</summary>
    public IReadOnlyList<PromptArgumentConfig> Arguments { get; init; } = [];
}
