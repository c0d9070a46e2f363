using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>A provider that keeps files and batches, one account for each bearer token, and answers every chat with its name. It remembers each call as it came.</summary>
internal sealed class FileVault : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Account, byte[] Content)> _files = new();
    private readonly ConcurrentDictionary<string, (string Account, string Body)> _batches = new();
    private readonly List<string> _order = [];
    private readonly string _name;
    private int _made;

    private FileVault(string name, CannedUpstream upstream)
    {
        _name = name;
        Upstream = upstream;
        upstream.Answer = AnswerAsync;
    }

    internal CannedUpstream Upstream { get; }

    internal string Address => Upstream.Address;

    /// <summary>Every call: method, target as it was sent, credential, headers and body.</summary>
    internal List<Call> Calls { get; } = [];

    internal sealed record Call(string Method, string Target, string Credential, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        internal string Text => Encoding.UTF8.GetString(Body);
    }

    /// <summary>So many entries are on a page of a list when the caller does not say.</summary>
    internal int PageSize { get; set; } = 10_000;

    /// <summary>In place of all of this; null for it.</summary>
    internal RequestDelegate? Instead { get; set; }

    /// <summary>What a new file is called; null for a name of its own.</summary>
    internal string? NextId { get; set; }

    internal static async Task<FileVault> StartAsync(string name = "a") => new(name, await CannedUpstream.StartAsync());

    /// <summary>One provider of type <c>openai</c> as JSON.</summary>
    internal string Provider(string more = "\"apiKey\": \"sk-upstream-secret-0001\"", string type = "openai") =>
        $$""" "{{_name}}": { "type": "{{type}}", "baseUrl": "{{Address}}v1", {{more}} } """;

    public ValueTask DisposeAsync() => Upstream.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var account = request.Headers.Authorization.ToString() + request.Headers["api-key"];
        var body = Upstream.ReadsBody ? CannedUpstream.BodyOf(context) : [];
        lock (Calls) Calls.Add(new Call(request.Method, target, account, request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }

        context.Response.Headers["x-request-id"] = "upstream-1";
        context.Response.Headers.SetCookie = "session=1";
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var from = Array.FindIndex(parts, static part => part is "files" or "batches" or "uploads" or "chat" or "responses");
        switch ((request.Method, from < 0 ? "" : string.Join('/', parts[from..].Select(static (part, index) => index == 1 && part != "completions" ? "*" : part))))
        {
            case ("POST", "files"):
                await MakeFileAsync(context, account, body);
                break;
            case ("GET", "files"):
                await ListAsync(context, id => _files.TryGetValue(id, out var file) && file.Account == account ? FileOf(id) : null);
                break;
            case ("GET", "batches"):
                await ListAsync(context, id => _batches.TryGetValue(id, out var batch) && batch.Account == account ? BatchOf(id) : null);
                break;
            case ("GET" or "DELETE", "files/*" or "files/*/content") when !_files.TryGetValue(parts[from + 1], out var other) || other.Account != account:
                await JsonAsync(context, 404, $$"""{"error":{"message":"No such File object: {{parts[from + 1]}}","type":"invalid_request_error","param":"id","code":null} }""");
                break;
            case ("GET", "files/*"):
                await JsonAsync(context, 200, FileOf(parts[from + 1]));
                break;
            case ("DELETE", "files/*"):
                _files.TryRemove(parts[from + 1], out _);
                await JsonAsync(context, 200, $$"""{"id":"{{parts[from + 1]}}","object":"file","deleted":true}""");
                break;
            case ("GET", "files/*/content"):
                context.Response.ContentType = "application/octet-stream";
                context.Response.Headers.ContentDisposition = "attachment; filename=\"in.jsonl\"";
                context.Response.Headers.ETag = "\"e1\"";
                await context.Response.Body.WriteAsync(_files[parts[from + 1]].Content);
                break;
            case ("POST", "uploads"):
                await JsonAsync(context, 200, """{"id":"upload_1","object":"upload","status":"pending","file":null}""");
                break;
            case ("POST", "uploads/*/parts"):
                await JsonAsync(context, 200, """{"id":"part_1","object":"upload.part","upload_id":"upload_1"}""");
                break;
            case ("POST", "uploads/*/complete"):
                await JsonAsync(context, 200, $$"""{"id":"upload_1","object":"upload","status":"completed","file":{{Keep(account, body)}}}""");
                break;
            case ("POST", "batches"):
                var batch = $"batch_{_name}{Interlocked.Increment(ref _made)}";
                _batches[batch] = (account, Encoding.UTF8.GetString(body));
                lock (_order) _order.Add(batch);
                await JsonAsync(context, 200, BatchOf(batch));
                break;
            case ("GET" or "POST", "batches/*" or "batches/*/cancel"):
                await JsonAsync(context, 200, BatchOf(parts[from + 1]));
                break;
            case ("POST", "chat/completions"):
                await JsonAsync(context, 200, $$"""{"id":"c","object":"chat.completion","created":1,"model":"m-{{_name}}","choices":[{"index":0,"message":{"role":"assistant","content":"{{_name}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18} }""");
                break;
            default:
                await JsonAsync(context, 404, """{"error":{"message":"Invalid URL","type":"invalid_request_error","param":null,"code":null}}""");
                break;
        }
    }

    private Task MakeFileAsync(HttpContext context, string account, byte[] body) => JsonAsync(context, 200, Keep(account, body));

    private string Keep(string account, byte[] body)
    {
        var id = NextId ?? $"file-{_name}{Interlocked.Increment(ref _made)}";
        _files[id] = (account, body);
        lock (_order) _order.Add(id);
        return FileOf(id);
    }

    private string FileOf(string id) => $$"""{"id":"{{id}}", "object":"file","bytes":{{_files[id].Content.Length}},"created_at":1,"filename":"in.jsonl","purpose":"batch","status":"processed"}""";

    private string BatchOf(string id)
    {
        var body = JsonNode.Parse(_batches.GetValueOrDefault(id).Body ?? "{}")!;
        var metadata = body["metadata"]?.ToJsonString() ?? "null";
        return $$"""{"id":"{{id}}","object":"batch","metadata":{{metadata}},"input_file_id":"{{(string?)body["input_file_id"]}}","status":"completed","output_file_id":"out-{{id}}","error_file_id":null}""";
    }

    private async Task ListAsync(HttpContext context, Func<string, string?> entry)
    {
        List<string> ids;
        lock (_order) ids = [.. _order.Where(id => entry(id) is not null)];
        var start = context.Request.Query["after"].ToString() is { Length: > 0 } after ? ids.IndexOf(after) + 1 : 0;
        var size = int.TryParse(context.Request.Query["limit"], out var limit) ? limit : PageSize;
        var page = ids.Skip(start).Take(size).ToList();
        var more = start + page.Count < ids.Count ? "true" : "false";
        await JsonAsync(context, 200, $$"""{"object":"list","data":[{{string.Join(',', page.Select(entry))}}],"first_id":"{{page.FirstOrDefault()}}","last_id":"{{page.LastOrDefault()}}","has_more":{{more}}}""");
    }

    private static Task JsonAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
