namespace Parley.Dialects.Tests.Matrix;

/// <summary>What the request half of the matrix consists of: every case of every surface, towards every provider's dialect.</summary>
internal static class RequestCases
{
    internal static readonly (string Folder, Dialect Dialect)[] Surfaces =
    [
        ("chat", Dialect.OpenAIChat), ("responses", Dialect.OpenAIResponses), ("messages", Dialect.AnthropicMessages), ("gemini", Dialect.GeminiContent),
    ];

    internal static readonly string[] Names =
        ["text", "conversation", "tools", "forced-tool", "image", "document", "structured", "reasoning", "sampling", "metadata"];
}
