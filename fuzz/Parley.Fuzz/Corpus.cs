using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Dialects;
using Parley.Dialects.Streaming;

namespace Parley.Fuzz;

/// <summary>Right inputs: the cases of the matrix tests.</summary>
internal sealed class Corpus(string root)
{
    private static readonly Dialect[] Dialects =
        [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.AnthropicMessages, Dialect.BedrockConverse, Dialect.GeminiContent];

    internal IReadOnlyList<byte[]> AllRequests { get; } = Files(Path.Combine(root, "Requests"), "*.json");

    internal IReadOnlyList<byte[]> AllStreams => [.. Dialects.Where(dialect => dialect != Dialect.BedrockConverse).SelectMany(Streams)];

    internal IReadOnlyList<byte[]> EventStreams => Streams(Dialect.BedrockConverse);

    /// <summary>Requests of a dialect. Converse has no client surface, so its reader starts from other dialects' bodies.</summary>
    internal IReadOnlyList<byte[]> Requests(Dialect dialect)
    {
        var folder = dialect switch
        {
            Dialect.OpenAIChat => "chat",
            Dialect.OpenAIResponses => "responses",
            Dialect.AnthropicMessages => "messages",
            Dialect.GeminiContent => "gemini",
            _ => null,
        };
        return folder is null ? [Converse, .. AllRequests] : Files(Path.Combine(root, "Requests", folder), "*.json");
    }

    internal IReadOnlyList<byte[]> Replies(Dialect dialect) => Files(Path.Combine(root, "Replies", dialect.ToString()), "*.json");

    internal IReadOnlyList<byte[]> Streams(Dialect dialect) =>
        [.. Directory.EnumerateFiles(Path.Combine(root, "Replies", dialect.ToString()), "*.stream").Order(StringComparer.Ordinal).Select(file => Framed(dialect, File.ReadAllLines(file)))];

    private static byte[] Framed(Dialect dialect, string[] events)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var one in events)
        {
            if (dialect == Dialect.BedrockConverse)
            {
                // The bytes as they stand in the file: half a surrogate pair, which is in one of them, has no text to be written as.
                using var document = JsonDocument.Parse(one);
                var member = document.RootElement.EnumerateObject().Single();
                AwsEventStreamWriter.WriteEvent(output, Encoding.UTF8.GetBytes(member.Name), Encoding.UTF8.GetBytes(member.Value.GetRawText()));
                continue;
            }

            output.Write(Encoding.UTF8.GetBytes($"data: {one}\n\n"));
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[][] Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static readonly byte[] Converse = """
        {"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"Hi"},
        {"image":{"format":"png","source":{"bytes":"aGk="}}},{"document":{"format":"pdf","name":"a","source":{"bytes":"aGk="}}}]},
        {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"c2ln"}}},
        {"toolUse":{"toolUseId":"t1","name":"f","input":{"a":1}}}]},
        {"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"json":{"b":2}},{"text":"x"}],"status":"error"}}]}],
        "inferenceConfig":{"maxTokens":100,"temperature":0.5,"topP":0.9,"stopSequences":["END"]},
        "toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"auto":{}}},
        "additionalModelRequestFields":{"top_k":5,"thinking":{"type":"enabled","budget_tokens":2048}},"requestMetadata":{"a":"b"}}
        """u8.ToArray();
}
