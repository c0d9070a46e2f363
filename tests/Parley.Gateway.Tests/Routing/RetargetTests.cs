using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>An alias that is led elsewhere while it is in use (contracts §3): streams that run end where they began, new requests go where it leads now.</summary>
public sealed class RetargetTests
{
    private const int Streams = 20;

    [Fact]
    [Trait("Contract", "3.alias")]
    public async Task Alias_LedElsewhereByItsFile_DropsNoStreamAndSendsNewRequestsThere()
    {
        await using var old = await CannedUpstream.StartAsync();
        await using var young = await CannedUpstream.StartAsync();
        var begun = new SemaphoreSlim(0);
        var retargeted = new TaskCompletionSource();
        old.Answer = async context =>
        {
            await SendAsync(context, "old ");
            begun.Release();
            await retargeted.Task.WaitAsync(context.RequestAborted);
            await SendAsync(context, "and whole");
            await EndAsync(context);
        };
        young.Answer = async context =>
        {
            await SendAsync(context, "new");
            await EndAsync(context);
        };
        string Config(string target) => $$"""
            {
              "providers": {
                "old": { "type": "openai-compatible", "baseUrl": "{{old.Address}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                "young": { "type": "openai-compatible", "baseUrl": "{{young.Address}}v1", "apiKey": "{{Wire.UpstreamKey}}" }
              },
              "models": [ { "modelId": "first", "targets": [ { "provider": "old", "model": "one" } ] } ],
              "aliases": { "chat": {{target}} }
            }
            """;
        await using var gateway = await GatewayHost.StartAsync(new() { Config = _ => Config("\"first\"") });
        var running = Enumerable.Range(0, Streams).Select(_ => AskAsync(gateway)).ToList();
        for (var i = 0; i < Streams; i++) Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(30)));

        await File.WriteAllTextAsync(gateway.ConfigFile, Config("""{ "model": "young/two" }"""));
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        Assert.Equal(("new", "two"), await AskAsync(gateway));
        Assert.All(running, stream => Assert.False(stream.IsCompleted));

        retargeted.SetResult();
        Assert.All(await Task.WhenAll(running), stream => Assert.Equal(("old and whole", "one"), stream));
    }

    [Fact]
    public async Task Split_ThatIsChanged100TimesUnderLoad_FailsNoCall()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, 0) });
        var up = gateway.Upstream.BaseAddress.AbsoluteUri;
        using var over = new CancellationTokenSource();
        var answers = new ConcurrentBag<int>();
        var callers = Enumerable.Range(0, 6).Select(async i =>
        {
            while (!over.IsCancellationRequested)
            {
                var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("chat", i % 2 == 0 ? ",\"stream\":true" : ""));
                answers.Add(i % 2 != 0 || answer.Body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) ? answer.Status : 0);
            }
        }).ToList();
        for (var i = 1; i <= 100; i++)
        {
            await File.WriteAllTextAsync(gateway.ConfigFile, Config(up, i));
            Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
            if (i % 10 == 0) Assert.Equal(Newest(i), (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("newest"))).Header("x-parley-model"));
        }

        await over.CancelAsync();
        await Task.WhenAll(callers);
        Assert.NotEmpty(answers);
        Assert.All(answers, status => Assert.Equal(200, status));

        static string Config(string up, int generation) => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "aliases": { "newest": "lab/{{Newest(generation)}}",
                           "chat": { "split": [ { "model": "gpt", "weight": {{generation + 1}} }, { "model": "lab/{{Newest(generation)}}" } ], "stable": "none" } }
            }
            """;

        static string Newest(int generation) => generation % 20 == 0 ? "gpt-4.1" : "gpt-5";
    }

    private static async Task<(string Text, string? Model)> AskAsync(GatewayHost gateway)
    {
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("chat", ",\"stream\":true"));
        Assert.Equal(200, answer.Status);
        Assert.EndsWith("data: [DONE]\n\n", answer.Body, StringComparison.Ordinal);
        var text = answer.Body.Split("\n\n").Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => (string?)JsonNode.Parse(line[6..])!["choices"]![0]!["delta"]!["content"]);
        return (string.Concat(text), answer.Header("x-parley-model"));
    }

    private static async Task SendAsync(HttpContext context, string text)
    {
        if (!context.Response.HasStarted) context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(
            $$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""" + "\n\n",
            context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static Task EndAsync(HttpContext context) => context.Response.WriteAsync(
        """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n",
        context.RequestAborted);
}
