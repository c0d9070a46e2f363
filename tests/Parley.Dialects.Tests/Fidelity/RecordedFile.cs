namespace Parley.Dialects.Tests.Fidelity;

/// <summary>One recorded answer or request, with the dialect it is in.</summary>
/// <param name="Name">The file, and where it holds several exchanges their number.</param>
/// <param name="Dialect">Its dialect.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Events">The events of a stream, one JSON text each; a plain body or request is the only one.</param>
internal sealed record RecordedFile(string Name, Dialect Dialect, RecordedKind Kind, IReadOnlyList<string> Events)
{
    /// <summary>All recordings of conversations; none when they are missing.</summary>
    internal static IEnumerable<RecordedFile> All()
    {
        (string Folder, Dialect Dialect)[] folders =
        [
            ("vercel-ai/openai/chat", Dialect.OpenAIChat), ("vercel-ai/openai-compatible/chat", Dialect.OpenAIChat),
            ("vercel-ai/openai/responses", Dialect.OpenAIResponses), ("vercel-ai/azure", Dialect.OpenAIResponses),
            ("vercel-ai/anthropic", Dialect.AnthropicMessages), ("vercel-ai/google", Dialect.GeminiContent), ("vercel-ai/amazon-bedrock", Dialect.BedrockConverse),
        ];
        foreach (var (folder, dialect) in folders)
        {
            foreach (var file in Recordings.Files(folder, ".json"))
            {
                if (IsOther(file)) continue;
                yield return new RecordedFile(Recordings.Name(file), Real(dialect, File.ReadAllText(file)), RecordedKind.Reply, [File.ReadAllText(file)]);
            }

            foreach (var file in Recordings.Files(folder, ".chunks.txt"))
            {
                if (IsOther(file)) continue;
                var lines = File.ReadAllLines(file).Where(line => line.Length > 0).ToArray();
                yield return new RecordedFile(Recordings.Name(file), Real(dialect, lines[0]), RecordedKind.Stream, lines);
            }
        }

        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml").Where(file => Path.GetFileName(file).StartsWith("chat-", StringComparison.Ordinal)))
        {
            var number = 0;
            foreach (var (request, status, type, body) in Recordings.Exchanges(file))
            {
                var name = $"{Recordings.Name(file)}#{number++}";
                if (request.StartsWith('{')) yield return new RecordedFile(name, Dialect.OpenAIChat, status < 300 ? RecordedKind.Request : RecordedKind.BadRequest, [request]);
                if (status >= 300) continue;
                if (type.StartsWith("application/json", StringComparison.Ordinal)) yield return new RecordedFile(name, Dialect.OpenAIChat, RecordedKind.Reply, [body]);
                else if (type.StartsWith("text/event-stream", StringComparison.Ordinal))
                    yield return new RecordedFile(name, Dialect.OpenAIChat, RecordedKind.Stream, [.. body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..].TrimEnd('\r'))]);
            }
        }
    }

    // Other APIs of the same vendors: rerankers, the Interactions API, speech, skills; and error bodies, which are no answers.
    private static bool IsOther(string file) =>
        file.Contains("/reranking/", StringComparison.Ordinal) || file.Contains("/interactions/", StringComparison.Ordinal)
        || file.Contains("/speech-translation/", StringComparison.Ordinal) || file.Contains("/skills/", StringComparison.Ordinal)
        || file.EndsWith("-error.json", StringComparison.Ordinal) || file.Contains("429-retry-info", StringComparison.Ordinal);

    // Azure's folder holds both of OpenAI's dialects.
    private static Dialect Real(Dialect dialect, string first) =>
        dialect == Dialect.OpenAIResponses && first.Contains("\"chat.completion", StringComparison.Ordinal) ? Dialect.OpenAIChat : dialect;
}
