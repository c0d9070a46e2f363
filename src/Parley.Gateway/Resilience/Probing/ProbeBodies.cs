using System.Text;
using Parley.Dialects;
using Parley.Dialects.Models;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>
/// The smallest call that a model answers, in each dialect. The limit is 16 tokens, the least that Responses takes
/// (platform.openai.com/docs/api-reference/responses, <c>max_output_tokens</c>).
/// </summary>
internal static class ProbeBodies
{
    private const int MostTokens = 16;
    private const string Text = "ping";

    /// <summary>The dialect that the target's model is probed in: its first, or its embeddings' where its name says that it makes only those.</summary>
    internal static Dialect DialectOf(RouteTarget target)
    {
        var dialects = target.Provider.DialectsOf(target.UpstreamModel);
        if (ModelCapabilities.Of(target.UpstreamModel) is { Embeddings: true, ChatCompletion: false })
        {
            foreach (var dialect in dialects)
            {
                if (IsEmbeddings(dialect)) return dialect;
            }
        }

        return dialects[0];
    }

    internal static bool IsEmbeddings(Dialect dialect) =>
        dialect is Dialect.OpenAIEmbeddings or Dialect.GeminiEmbeddings or Dialect.TitanEmbeddings or Dialect.CohereEmbeddings;

    internal static byte[] Write(RouteTarget target, Dialect dialect)
    {
        var model = Encoding.UTF8.GetString(target.ModelJson);
        return Encoding.UTF8.GetBytes(dialect switch
        {
            Dialect.OpenAIChat => $$"""{"model":{{model}},"messages":[{"role":"user","content":"{{Text}}"}],"{{LimitOf(target.Traits)}}":{{MostTokens}}}""",
            Dialect.OpenAIResponses => $$"""{"model":{{model}},"input":"{{Text}}","max_output_tokens":{{MostTokens}},"store":false}""",
            Dialect.AnthropicMessages => $$"""{"model":{{model}},"max_tokens":{{MostTokens}},"messages":[{"role":"user","content":"{{Text}}"}]}""",
            Dialect.GeminiContent => $$$"""{"contents":[{"role":"user","parts":[{"text":"{{{Text}}}"}]}],"generationConfig":{"maxOutputTokens":{{{MostTokens}}}}}""",
            Dialect.BedrockConverse => $$$"""{"messages":[{"role":"user","content":[{"text":"{{{Text}}}"}]}],"inferenceConfig":{"maxTokens":{{{MostTokens}}}}}""",
            Dialect.OpenAIEmbeddings => $$"""{"model":{{model}},"input":"{{Text}}"}""",
            Dialect.GeminiEmbeddings => $$$"""{"requests":[{"model":{{{GeminiName(target)}}},"content":{"parts":[{"text":"{{{Text}}}"}]}}]}""",
            Dialect.TitanEmbeddings => $$"""{"inputText":"{{Text}}"}""",
            Dialect.CohereEmbeddings => $$"""{"texts":["{{Text}}"],"input_type":"search_document"}""",
            _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "has no probe"),
        });
    }

    private static string LimitOf(ModelTraits traits) => traits.WantsMaxCompletionTokens ? "max_completion_tokens" : "max_tokens";

    // Each request of a batch names its model again, in full (ai.google.dev/api/embeddings, batchEmbedContents).
    private static string GeminiName(RouteTarget target)
    {
        var name = target.UpstreamModel.Contains('/', StringComparison.Ordinal) ? target.UpstreamModel : "models/" + target.UpstreamModel;
        return Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(name, CatalogJson.Default.String));
    }
}
