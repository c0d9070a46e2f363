using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Parley.Gateway.Mcp;

/// <summary>A prompt of the MCP server.</summary>
internal abstract class McpPrompt
{
    /// <summary>What <c>prompts/list</c> says of it.</summary>
    public abstract Prompt Definition { get; }

    /// <summary>Gives its messages.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">An argument is missing.</exception>
    public abstract ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellation);
}
