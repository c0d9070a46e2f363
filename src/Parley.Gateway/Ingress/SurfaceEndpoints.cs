using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>The inference routes: OpenAI's three operations under every prefix that serves them (contracts §§2, 3, 5), Anthropic's and Gemini's own (§6).</summary>
internal static class SurfaceEndpoints
{
    /// <summary>Where the unified model API's routes stand; <see cref="UnifiedPathMiddleware"/> leads the configured prefix here.</summary>
    internal const string UnifiedPrefix = "/llm/v1";

    /// <summary>Prefixes with the paths of OpenAI's API below them.</summary>
    internal static readonly string[] OpenAIPrefixes = ["/v1", "/openai/v1", "/api/v1", UnifiedPrefix];

    /// <summary>Prefixes with the paths of Anthropic's API below them.</summary>
    internal static readonly string[] AnthropicPrefixes = ["/v1", "/anthropic/v1"];

    /// <summary>Prefixes with the paths of Gemini's API below them.</summary>
    internal static readonly string[] GeminiPrefixes = ["/v1beta", "/genai/v1beta"];

    internal static void MapSurfaces(this IEndpointRouteBuilder routes, ExchangePipeline pipeline)
    {
        foreach (var prefix in OpenAIPrefixes)
        {
            foreach (var (path, operation, dialect) in Operations)
                routes.MapSurface(pipeline, $"{prefix}/{path}", new Surface(prefix, operation, dialect, ErrorShape.OpenAI) { UsesProxyDeployment = prefix == "/api/v1" });
        }

        // Azure's SDKs: deployments in the path for the older operations, Responses at the resource's level (wire/azure.md §2.1).
        foreach (var (path, operation, dialect) in Operations)
        {
            if (operation == Operation.Responses) continue;
            var surface = new Surface("/openai", operation, dialect, ErrorShape.Azure) { IsDeploymentPath = true };
            routes.MapSurface(pipeline, $"/openai/deployments/{{deployment}}/{path}", surface);
        }

        routes.MapOpaqueSurfaces(pipeline);

        foreach (var prefix in AnthropicPrefixes)
        {
            routes.MapSurface(pipeline, $"{prefix}/messages", new Surface(prefix, Operation.Messages, Dialect.AnthropicMessages, ErrorShape.Anthropic));
            routes.MapSurface(pipeline, $"{prefix}/messages/count_tokens", new Surface(prefix, Operation.CountTokens, Dialect.AnthropicMessages, ErrorShape.Anthropic));
        }

        foreach (var prefix in GeminiPrefixes) routes.MapGemini(pipeline, prefix);

        routes.MapSurface(pipeline, "/openai/responses", new Surface("/openai", Operation.Responses, Dialect.OpenAIResponses, ErrorShape.Azure));
    }

    private static readonly (string Path, Operation Operation, Dialect Dialect)[] Operations =
    [
        ("chat/completions", Operation.ChatCompletions, Dialect.OpenAIChat),
        ("responses", Operation.Responses, Dialect.OpenAIResponses),
        ("embeddings", Operation.Embeddings, Dialect.OpenAIEmbeddings),
    ];

    internal static void MapSurface(this IEndpointRouteBuilder routes, ExchangePipeline pipeline, string pattern, Surface surface)
    {
        RequestDelegate run = context => pipeline.RunAsync(context, surface);
        routes.MapPost(pattern, run).RequireRole(KeyRole.Inference);
    }
}
