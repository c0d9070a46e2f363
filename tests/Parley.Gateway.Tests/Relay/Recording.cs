using System.Text;
using System.Text.Json;
using YamlDotNet.Serialization;

namespace Parley.Gateway.Tests.Relay;

/// <summary>One recorded answer of a provider, as the bytes that came over the wire.</summary>
/// <param name="Name">The file.</param>
/// <param name="Path">The surface it belongs to.</param>
/// <param name="IsStream">True for server-sent events.</param>
/// <param name="Status">The status it was sent with.</param>
/// <param name="Bytes">The body.</param>
internal sealed record Recording(string Name, string Path, bool IsStream, int Status, byte[] Bytes)
{
    private static readonly string[] Folders =
    [
        "vercel-ai/openai/chat/", "vercel-ai/openai/responses/", "vercel-ai/openai/embedding/", "vercel-ai/azure/", "vercel-ai/openai-compatible/chat/", "envoy-ai-gateway/",
    ];

    /// <summary>The recordings of OpenAI, Azure OpenAI and compatible servers that are there: chat, Responses and embeddings. Empty when <c>../shared</c> is missing.</summary>
    internal static IReadOnlyList<Recording> All()
    {
        if (Folder() is not { } folder) return [];
        var found = new List<Recording>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = System.IO.Path.GetRelativePath(folder, file);
            if (!Folders.Any(one => name.StartsWith(one, StringComparison.Ordinal))) continue;
            if (name.EndsWith(".yaml", StringComparison.Ordinal)) found.AddRange(OfCassette(name, File.ReadAllText(file)));
            else if (name.EndsWith(".chunks.txt", StringComparison.Ordinal)) found.AddRange(OfChunks(name, File.ReadAllText(file)));
            else if (Read(name, File.ReadAllBytes(file)) is { } recording) found.Add(recording);
        }

        return found;
    }

    private static string? Folder()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var folder = System.IO.Path.Combine(directory.FullName, "..", "shared", "recordings");
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Parley.slnx"))) return Directory.Exists(folder) ? System.IO.Path.GetFullPath(folder) : null;
        }

        return null;
    }

    private static Recording? Read(string name, byte[] bytes)
    {
        if (name.EndsWith(".sse", StringComparison.Ordinal)) return new Recording(name, "/v1/chat/completions", true, 200, bytes);
        return name.EndsWith(".json", StringComparison.Ordinal) ? OfJson(name, bytes, null) : null;
    }

    private static Recording? OfJson(string name, byte[] bytes, int? status)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return null;
        var kind = root.TryGetProperty("object", out var value) ? value.GetString() : null;
        var isError = root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object;
        var path = kind switch
        {
            "chat.completion" => "/v1/chat/completions",
            "response" => "/v1/responses",
            "list" when name.Contains("embedding", StringComparison.Ordinal) => "/v1/embeddings",
            _ when isError => name.Contains("responses", StringComparison.Ordinal) ? "/v1/responses" : "/v1/chat/completions",
            _ => null,
        };
        return path is null ? null : new Recording(name, path, false, status ?? (isError ? 400 : 200), bytes);
    }

    // One event's data per line; the framing is each API's own. Some files hold the answers of several turns, one after the other.
    private static IEnumerable<Recording> OfChunks(string name, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (!lines.All(IsJson)) yield break;
        if (lines[0].Contains("\"choices\"", StringComparison.Ordinal))
        {
            yield return new Recording(name, "/v1/chat/completions", true, 200, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"data: {line}\n\n")) + "data: [DONE]\n\n"));
            yield break;
        }

        var turn = new StringBuilder();
        var turns = 0;
        foreach (var line in lines)
        {
            if (TypeOf(line) is not { } type) yield break;
            turn.Append(System.Globalization.CultureInfo.InvariantCulture, $"event: {type}\ndata: {line}\n\n");
            if (type is not ("response.completed" or "response.incomplete" or "response.failed")) continue;
            yield return new Recording($"{name}#{turns++}", "/v1/responses", true, 200, Encoding.UTF8.GetBytes(turn.ToString()));
            turn.Clear();
        }
    }

    // One file (parallel-tool-call-wrapper) has lost closing braces; whatever the provider sent, it was not that.
    private static bool IsJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? TypeOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("type", out var type) ? type.GetString() : null;
    }

    private static IEnumerable<Recording> OfCassette(string name, string yaml)
    {
        var cassette = new DeserializerBuilder().IgnoreUnmatchedProperties().Build().Deserialize<Cassette>(yaml);
        for (var i = 0; i < cassette.interactions.Count; i++)
        {
            var (request, response) = (cassette.interactions[i].request, cassette.interactions[i].response);
            var path = request.url.Contains("/chat/completions", StringComparison.Ordinal) ? "/v1/chat/completions"
                : request.url.Contains("/embeddings", StringComparison.Ordinal) ? "/v1/embeddings" : null;
            if (path is null || string.IsNullOrEmpty(response.body)) continue;
            var bytes = Encoding.UTF8.GetBytes(response.body);
            var label = $"{name}#{i}";
            if (response.body.StartsWith("data:", StringComparison.Ordinal)) yield return new Recording(label, path, true, response.code, bytes);
            else if (OfJson(label, bytes, response.code) is { } plain) yield return plain with { Path = path };
        }
    }

#pragma warning disable CS8618, IDE1006, CA1812 // filled by the YAML reader, spelled as in the file
    private sealed class Cassette
    {
        public List<Interaction> interactions { get; set; }
    }

    private sealed class Interaction
    {
        public Exchanged request { get; set; }

        public Exchanged response { get; set; }
    }

    private sealed class Exchanged
    {
        public string url { get; set; }

        public string body { get; set; }

        public int code { get; set; }
    }
#pragma warning restore CS8618, IDE1006, CA1812
}
