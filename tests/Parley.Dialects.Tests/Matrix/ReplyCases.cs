namespace Parley.Dialects.Tests.Matrix;

/// <summary>
/// What the reply half of the matrix consists of: every case of every provider, plain and streamed, towards every surface. A file that
/// is neither there nor excused here fails, and so does one that nobody asked for.
/// </summary>
internal static class ReplyCases
{
    internal static readonly Dialect[] Surfaces = [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.AnthropicMessages, Dialect.GeminiContent];

    internal static readonly Dialect[] Providers = [.. Surfaces, Dialect.BedrockConverse];

    internal static readonly string[] Names =
    [
        "text",
        "tools", // text and parallel calls
        "no-arguments", // a call without arguments, as each vendor says that: {}, "", no delta, no member
        "reasoning",
        "citations",
        "structured", // the answer is JSON text
        "unicode", // escapes, characters cut between two deltas, quotes, line ends, in text and in arguments
        "several", // more than one block of text with the vendor's own tools between them; several choices where the dialect has those
        "stop-sequence", // the vendor tells which
        "length",
        "refusal",
    ];

    /// <summary>Pairs of provider and case that do not exist, plain and streamed, with the reason.</summary>
    internal static readonly Dictionary<(Dialect Provider, string Name), string> Absent = new()
    {
        [(Dialect.OpenAIResponses, "stop-sequence")] = "the Responses API has no stop sequences",
        [(Dialect.GeminiContent, "stop-sequence")] = "Gemini's STOP is both the model's own end and a stop sequence, and names none",
    };

    internal static IEnumerable<(Dialect Provider, string Name)> All() =>
        from provider in Providers from name in Names where !Absent.ContainsKey((provider, name)) select (provider, name);

    internal static string Plain(Dialect provider, string name) => $"Replies/{provider}/{name}.json";

    internal static string Streamed(Dialect provider, string name) => $"Replies/{provider}/{name}.stream";

    internal static TheoryData<Dialect, string, Dialect> Pairs()
    {
        var pairs = new TheoryData<Dialect, string, Dialect>();
        foreach (var (provider, name) in All())
        {
            foreach (var surface in Surfaces) pairs.Add(provider, name, surface);
        }

        return pairs;
    }
}
