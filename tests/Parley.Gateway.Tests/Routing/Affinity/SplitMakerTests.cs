using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>What was made on one side of an alias, or by the larger model, goes back there although neither is in the other's pool.</summary>
public sealed class SplitMakerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AliasOfTwoSides_WhatOneMade_GoesBackToItWithItsDefaults(bool isStable)
    {
        await using var pool = await BackendPool.StartAsync();
        pool.Sealed = static number => $"gAAAA-{number}";
        await using var gateway = await StartAsync(pool);
        Use(gateway, isStable);
        var makers = new HashSet<int>();
        for (var round = 0; round < 24; round++)
        {
            var made = await gateway.Client.PostAsync("/v1/responses", """{"model":"both","input":"x"}""", ("x-who", $"{round}"));
            Assert.Equal(200, made.Status);
            var maker = pool.Calls[^1].Provider;
            makers.Add(maker);
            foreach (var refers in (string[])[$"\"input\":\"x\",\"previous_response_id\":\"{made.Json["id"]}\"", $$""" "input":[{"type":"reasoning","summary":[],"encrypted_content":"gAAAA-{{maker}}"}] """])
            {
                // Another caller's header: by itself it would draw a side of its own.
                var asked = await gateway.Client.PostAsync("/v1/responses", $$"""{"model":"both",{{refers}}}""", ("x-who", $"next-{round}"));
                Assert.Equal((200, maker), (asked.Status, pool.Calls[^1].Provider));
                Assert.Contains("\"temperature\":0.25", pool.Calls[^1].Body, StringComparison.Ordinal);
            }
        }

        Assert.Equal([0, 1], makers.Order());
    }

    [Fact]
    public async Task AliasOfTwoSides_KeyMayUseOne_IsNeverPinnedToTheOther()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await StartAsync(pool);
        Use(gateway, isStable: false);
        using var caller = await gateway.KeyAsync("\"models\":[\"one\"]");
        await LearnAsync(gateway, "file-1", new Maker("p1", "p1/m1", 0));
        for (var round = 0; round < 12; round++)
        {
            var answer = await caller.PostAsync("/v1/responses", """{"model":"both","input":[{"role":"user","content":[{"type":"input_file","file_id":"file-1"}]}]}""");
            Assert.Equal(200, answer.Status);
        }

        Assert.All(pool.Calls, static call => Assert.Equal(0, call.Provider));
    }

    [Fact]
    public async Task AliasOfTwoSides_FileOfOne_GoesThereOnEverySurface()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await StartAsync(pool);
        Use(gateway, isStable: false);
        using var caller = await gateway.KeyAsync("\"models\":[\"both\"]");
        await LearnAsync(gateway, "file-1", new Maker("p1", "p1/m1", 0));
        for (var round = 0; round < 12; round++)
        {
            Assert.Equal(200, (await caller.PostAsync("/v1/responses", """{"model":"both","input":[{"role":"user","content":[{"type":"input_file","file_id":"file-1"}]}]}""")).Status);
            Assert.Equal(200, (await caller.PostAsync("/v1/chat/completions", """{"model":"both","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}""")).Status);
        }

        Assert.All(pool.Calls, static call => Assert.Equal(1, call.Provider));
    }

    [Fact]
    public async Task LargerModelAnswered_NextTurn_GoesToIt()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await StartAsync(pool);
        using var caller = await gateway.KeyAsync("\"models\":[\"small\",\"large\"]");
        pool.Code = "context_length_exceeded";
        pool.Status[0] = 400;
        var made = await caller.PostAsync("/v1/responses", """{"model":"small","input":"x"}""");
        Assert.Equal((200, 1), (made.Status, pool.Calls[^1].Provider));

        pool.Calls.Clear();
        var asked = await caller.PostAsync("/v1/responses", $$"""{"model":"small","input":"x","previous_response_id":"{{made.Json["id"]}}"}""");
        Assert.Equal((200, 1, 1), (asked.Status, pool.Calls.Count, pool.Calls[0].Provider));
    }

    [Fact]
    public async Task LargerModelIsNotGranted_TooLong_RefusalIsTheAnswer()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await StartAsync(pool);
        using var caller = await gateway.KeyAsync("\"models\":[\"small\"]");
        pool.Code = "context_length_exceeded";
        pool.Status[0] = 400;
        Assert.Equal((400, 1), ((await caller.PostAsync("/v1/responses", """{"model":"small","input":"x"}""")).Status, pool.Calls.Count));
    }

    private static Task<GatewayHost> StartAsync(BackendPool pool) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = _ => $$"""
            {
              "providers": { {{string.Join(", ", Enumerable.Range(0, 2).Select(i => $$""" "p{{i}}": { "type": "openai", "baseUrl": "{{pool.Address(i)}}v1", "apiKey": "sk-0" } """))}} },
              "models": [
                { "modelId": "one", "targets": [ { "provider": "p0", "model": "m0" } ] },
                { "modelId": "two", "targets": [ { "provider": "p1", "model": "m1" } ] },
                { "modelId": "small", "retry": { "contextLengthModel": "large" }, "targets": [ { "provider": "p0", "model": "s" } ] },
                { "modelId": "large", "targets": [ { "provider": "p1", "model": "l" } ] }
              ]
            }
            """,
    });

    private static void Use(GatewayHost gateway, bool isStable) => gateway.UseAliases(AliasGateway.Alias("both", ("one", 1), ("two", 1)) with
    {
        Stable = isStable ? AliasStability.Header : AliasStability.None,
        StableHeader = "x-who",
        Defaults = new RequestDefaults { Temperature = 0.25 },
    });

    private static async Task LearnAsync(GatewayHost gateway, string file, Maker maker)
    {
        var keys = await gateway.Client.FetchAsync("/admin/keys");
        var id = (string)keys.Json["items"]!.AsArray().Single(key => (string?)key!["role"] == "inference")!["id"]!;
        gateway.Services.GetRequiredService<MakerStore>().Learn(id, MakerKind.File, file, maker);
    }
}
