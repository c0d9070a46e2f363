using Microsoft.AspNetCore.Http;
using Parley.Gateway.Mcp;

namespace Parley.Gateway.Ingress;

/// <summary>Which error shape belongs to a path, also to one that nobody serves.</summary>
internal static class ErrorShapes
{
    internal static ErrorShape For(HttpRequest request)
    {
        var path = request.Path;
        if (path.StartsWithSegments("/admin") || path.StartsWithSegments("/parley/admin")) return ErrorShape.Admin;
        if (IsWrapper(path.Value)) return ErrorShape.Detail;
        if (path.StartsWithSegments("/api")) return path.StartsWithSegments("/api/v1") ? ErrorShape.OpenAI : ErrorShape.Simple;
        // Azure's v1 paths answer in OpenAI's shape; its deployment paths and dated paths in Azure's.
        if (path.StartsWithSegments("/openai")) return path.StartsWithSegments("/openai/v1") ? ErrorShape.OpenAI : ErrorShape.Azure;
        if (path.StartsWithSegments("/v1/messages") || path.StartsWithSegments("/anthropic")) return ErrorShape.Anthropic;
        if (path.StartsWithSegments("/v1beta") || path.StartsWithSegments("/genai")) return ErrorShape.Gemini;
        if (path.StartsWithSegments(McpEndpoint.Path)) return ErrorShape.JsonRpc;
        return path.StartsWithSegments("/v1/models") && IsAnthropicClient(request) ? ErrorShape.Anthropic : ErrorShape.OpenAI;
    }

    // Exactly these: /chat/completions at the root is what a client of OpenAI's asks for whose base URL lacks the /v1.
    private static bool IsWrapper(ReadOnlySpan<char> path)
    {
        path = path.TrimEnd('/');
        foreach (var own in Wrapper)
        {
            if (path.Equals(own, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static readonly string[] Wrapper = ["/health", "/completion", "/chat", "/bing-grounding"];

    /// <summary>
    /// True when the caller speaks Anthropic's API. Where its paths are OpenAI's too (<c>/v1/models</c>) the header decides, which
    /// Anthropic demands of every call and OpenAI's clients never send.
    /// </summary>
    internal static bool IsAnthropicClient(HttpRequest request) => request.Headers.ContainsKey("anthropic-version");
}
