using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Parley.Gateway.Mcp;

/// <summary>
/// One part of what the MCP server offers. A feature gives what the visit's key may use, the same in every visit while configuration and key
/// stay as they are; the server puts the parts together and orders them by name.
/// </summary>
internal abstract class McpFeature
{
    /// <summary>Its tools; those that the key's own list leaves out are taken out by the server.</summary>
    public virtual IEnumerable<McpTool> Tools(McpVisit visit) => [];

    /// <summary>Its prompts.</summary>
    public virtual IEnumerable<McpPrompt> Prompts(McpVisit visit) => [];

    /// <summary>Its resources that can be listed.</summary>
    public virtual ValueTask<IReadOnlyList<Resource>> ResourcesAsync(McpVisit visit, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<Resource>>([]);

    /// <summary>The templates of its resources.</summary>
    public virtual IEnumerable<ResourceTemplate> ResourceTemplates => [];

    /// <summary>Reads a resource; null when it is none of its own, or not for this key.</summary>
    public virtual ValueTask<ResourceContents?> ReadAsync(McpVisit visit, string uri, CancellationToken cancellation) => ValueTask.FromResult<ResourceContents?>(null);

    /// <summary>What an argument of its prompts or templates may be, given how it begins; null when they are none of its own.</summary>
    public virtual ValueTask<IReadOnlyList<string>?> CompleteAsync(McpVisit visit, Reference reference, Argument argument, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<string>?>(null);

    /// <summary>Adds what is none of the above.</summary>
    public virtual void Configure(McpServerOptions options, McpVisit visit)
    {
    }
}
