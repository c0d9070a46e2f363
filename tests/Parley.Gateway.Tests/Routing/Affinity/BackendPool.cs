using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>
/// Three providers of one model <c>gpt</c>, in the order of the file: <c>p0</c>, <c>p1</c>, <c>p2</c>. Each answers with its own name and a
/// new response id; a test may make one of them fail.
/// </summary>
internal sealed class BackendPool : IAsyncDisposable
{
    private readonly CannedUpstream[] _upstreams;
    private int _made;

    private BackendPool(CannedUpstream[] upstreams)
    {
        _upstreams = upstreams;
        for (var index = 0; index < upstreams.Length; index++)
        {
            var number = index;
            upstreams[index].Answer = context => AnswerAsync(number, context);
        }
    }

    /// <summary>The status that a provider fails with; 200 for none.</summary>
    internal int[] Status { get; } = [200, 200, 200];

    /// <summary>The wait that a failing provider asks for, in seconds.</summary>
    internal string? RetryAfter { get; set; }

    /// <summary>Headers of the newest call that came to a provider.</summary>
    internal Dictionary<string, string> Seen { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The provider, the credential and the body of every call, in their order.</summary>
    internal List<(int Provider, string Key, string Body)> Calls { get; } = [];

    /// <summary>What is put into the output of a response, for each provider: the inside of a JSON string.</summary>
    internal Func<int, string> Sealed { get; set; } = static _ => "";

    /// <summary>Headers that the providers add to their answers.</summary>
    internal Dictionary<string, string> Adds { get; } = [];

    internal static async Task<BackendPool> StartAsync() =>
        new([await CannedUpstream.StartAsync(), await CannedUpstream.StartAsync(), await CannedUpstream.StartAsync()]);

    /// <summary>The configuration: one provider for each, with priorities 1, 1, 2 unless they are given.</summary>
    internal string Config(string model = "", string keys = "\"apiKey\": \"sk-0\"", int[]? targets = null, int[]? priorities = null) => $$"""
        {
          "providers": { {{string.Join(", ", _upstreams.Select((upstream, i) => $$""" "p{{i}}": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", {{keys}} } """))}} },
          "models": [ { "modelId": "gpt"{{(model.Length > 0 ? "," : "")}}{{model}}, "targets": [ {{string.Join(", ",
              (targets ?? [0, 1, 2]).Select(i => $$""" { "provider": "p{{i}}", "model": "m{{i}}", "priority": {{(priorities ?? [1, 1, 1])[i]}} } """))}} ] } ]
        }
        """;

    /// <summary>The address of one of them, for a configuration of one's own.</summary>
    internal string Address(int index) => _upstreams[index].Address;

    internal Task<GatewayHost> StartGatewayAsync(string model = "", TimeProvider? time = null, string keys = "\"apiKey\": \"sk-0\"", string? directory = null, int[]? targets = null, int[]? priorities = null) =>
        GatewayHost.StartAsync(new GatewayHostOptions { Config = _ => Config(model, keys, targets, priorities), Time = time, Directory = directory });

    /// <summary>One call as <c>curl -i</c> makes it: the bytes of the answer, head and all.</summary>
    internal static async Task<string> CurlAsync(GatewayHost gateway, string cookie = "", string body = """{"model":"gpt","messages":[]}""", string path = "/v1/chat/completions")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, GatewayCalls.Limit());
        var stream = socket.GetStream();
        var head = $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayHost.AdminKey}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{cookie}Connection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body), GatewayCalls.Limit());
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(GatewayCalls.Limit());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upstream in _upstreams) await upstream.DisposeAsync();
    }

    private async Task AnswerAsync(int number, HttpContext context)
    {
        var body = Encoding.UTF8.GetString(_upstreams[number].Received);
        lock (Calls)
        {
            Calls.Add((number, context.Request.Headers.Authorization.ToString(), body));
            Seen.Clear();
            foreach (var header in context.Request.Headers) Seen[header.Key] = header.Value.ToString();
        }

        foreach (var (name, value) in Adds) context.Response.Headers[name] = value;
        context.Response.ContentType = "application/json";
        if (Status[number] != 200)
        {
            if (RetryAfter is not null) context.Response.Headers.RetryAfter = RetryAfter;
            context.Response.StatusCode = Status[number];
            await context.Response.WriteAsync($$"""{"error":{"message":"no, says p{{number}}"} }""", context.RequestAborted);
            return;
        }

        var id = $"resp_p{number}_{Interlocked.Increment(ref _made)}";
        var item = Sealed(number) is { Length: > 0 } content ? $$"""{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content": "{{content}}"}""" : "";
        var response = $$"""{"id":"{{id}}","object":"response","status":"completed","model":"m{{number}}-2026","output":[{{item}}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2} }""";
        if (!context.Request.Path.Value!.EndsWith("/responses", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync($$"""{"id":"c","object":"chat.completion","created":1,"model":"m{{number}}-2026","choices":[{"index":0,"message":{"role":"assistant","content":"p{{number}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2} }""", context.RequestAborted);
        }
        else if (body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            context.Response.ContentType = "text/event-stream";
            var done = item.Length == 0 ? "" : Event("response.output_item.done", $$""" "output_index":0,"item":{{item}} """);
            await context.Response.WriteAsync(
                Event("response.created", $$""" "response":{"id":"{{id}}","status":"in_progress","output":[]} """)
                + done + Event("response.completed", $""" "response":{response} """),
                context.RequestAborted);
        }
        else
        {
            await context.Response.WriteAsync(response, context.RequestAborted);
        }
    }

    private static string Event(string type, string rest) => $$"""
        event: {{type}}
        data: {"type":"{{type}}",{{rest.Trim()}}}


        """.ReplaceLineEndings("\n");
}
