using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Testing;
using Parley.Testing.Schemas;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>OpenAI's own document; checks pass unseen where it is missing.</summary>
internal static class ChatSchemas
{
    private static readonly Lazy<OpenApiSchemas?> Document = new(() =>
        SharedFiles.Find("specs/openai.openapi.yaml") is { } file ? OpenApiSchemas.Load(file) : null);

    // Extensions of ours and of compatible servers, and what typed clients accept although the document is narrower.
    private static readonly string[] Allowed =
    [
        "reasoning_content", "reasoning_details", "images", "prompt_filter_results", "content_filter_results", "custom", "function_call",
        "num_sources_used", "cost_in_usd_ticks", "native_finish_reason", "annotations", "matched_stop", "x_mine", "extra_content",
    ];

    internal static bool IsThere => Document.Value is not null;

    internal static void Check(string schema, JsonNode value)
    {
        if (Document.Value is not { } document) return;
        var problems = document.Check(schema, JsonSerializer.SerializeToElement(value))
            .Where(p => !p.Unknown || !Array.Exists(Allowed, a => p.Path.EndsWith('.' + a))).ToList();
        Assert.True(problems.Count == 0, $"{schema}: {string.Join("; ", problems)}\n{value}");
    }

    internal static void CheckStream(string stream)
    {
        foreach (var data in ChatRun.Data(stream).Where(d => d != "[DONE]" && !d.Contains("\"type\":\"custom\"", StringComparison.Ordinal)))
        {
            var chunk = JsonNode.Parse(data)!.AsObject();
            // Nullable beside a $ref, which the checker does not follow; OpenAI's own chunks have it.
            if (chunk["usage"] is null) chunk.Remove("usage");
            Check(chunk["error"] is null ? "CreateChatCompletionStreamResponse" : "ErrorResponse", chunk);
        }
    }
}
