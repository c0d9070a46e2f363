using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>What only its maker can answer goes to its maker (failures.md §2.9): responses, sealed reasoning, files; with the credential it was made with.</summary>
public sealed class MakerTests
{
    private const string TwoKeys = "\"apiKeys\": [ \"sk-0\", \"sk-1\", \"sk-2\" ]";

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task PreviousResponse_GoesToItsMakerAndCredential_PlainAndStreamed(bool madeInAStream, bool askedInAStream)
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(keys: TwoKeys);
        for (var round = 0; round < 12; round++)
        {
            var (id, maker, key) = await MakeAsync(pool, gateway.Client, madeInAStream);
            for (var turn = 0; turn < 3; turn++)
            {
                await AskAsync(gateway.Client, $$""" "previous_response_id": "{{id}}" """, askedInAStream);
                Assert.Equal((maker, key), (pool.Calls[^1].Provider, pool.Calls[^1].Key));
            }
        }

        Assert.True(pool.Calls.Select(static call => (call.Provider, call.Key)).Distinct().Count() > 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SealedReasoning_GoesToItsMaker_HoweverItsTextIsEscaped(bool stream)
    {
        await using var pool = await BackendPool.StartAsync();
        // Base64 as OpenAI writes it; .NET clients escape the plus, PHP's the slash, and a text may be long.
        pool.Sealed = static number => $"gAAAA+{number}/" + new string('q', 40_000) + "+/==";
        await using var gateway = await pool.StartGatewayAsync();
        foreach (var escape in (Func<string, string>[])[static text => text, static text => text.Replace("+", "\\u002B", StringComparison.Ordinal), static text => text.Replace("/", "\\/", StringComparison.Ordinal)])
        {
            for (var round = 0; round < 5; round++)
            {
                var (_, maker, _) = await MakeAsync(pool, gateway.Client, stream, ""","store":false""");
                await AskAsync(gateway.Client, $$""" "store":false,"input":[{"type":"reasoning","summary":[],"encrypted_content":"{{escape(pool.Sealed(maker))}}"},{"role":"user","content":"go on"}] """);
                Assert.Equal(maker, pool.Calls[^1].Provider);
            }
        }
    }

    [Fact]
    public async Task SealedReasoning_OfTwoMakers_TheNewestDecides_AndPackedOnesDoNot()
    {
        await using var pool = await BackendPool.StartAsync();
        pool.Sealed = static number => $"gAAAA-{number}";
        await using var gateway = await pool.StartGatewayAsync();
        for (var seen = new HashSet<int>(); seen.Count < 3;) seen.Add((await MakeAsync(pool, gateway.Client)).Maker);
        for (var round = 0; round < 6; round++)
        {
            await AskAsync(gateway.Client, """ "input":[{"type":"reasoning","encrypted_content":"gAAAA-0"},{"type":"reasoning","encrypted_content" : "gAAAA-2"},{"type":"reasoning","encrypted_content":null}] """);
            Assert.Equal(2, pool.Calls[^1].Provider);
        }

        pool.Calls.Clear();
        for (var round = 0; round < 30; round++)
            await AskAsync(gateway.Client, """ "input":[{"type":"reasoning","summary":[],"encrypted_content":"parley1:anthropic:s::gAAAA-2"}, {"role":"user","content":"\"encrypted_content\":\"gAAAA-2\""}] """);
        Assert.Equal(3, pool.Calls.Select(static call => call.Provider).Distinct().Count());
    }

    [Fact]
    public async Task Maker_AfterARestart_IsStillKnown()
    {
        var directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
        await using var pool = await BackendPool.StartAsync();
        pool.Sealed = static number => $"gAAAA-{number}";
        var made = new List<(string Id, int Maker, string Key)>();
        await using (var first = await pool.StartGatewayAsync(keys: TwoKeys, directory: directory))
        {
            for (var round = 0; round < 8; round++) made.Add(await MakeAsync(pool, first.Client, stream: round % 2 == 0));
            await first.StopAsync(GatewayCalls.Limit());
        }

        await using (var second = await pool.StartGatewayAsync(keys: TwoKeys, directory: directory))
        {
            foreach (var (id, maker, key) in made)
            {
                await AskAsync(second.Client, $$""" "previous_response_id":"{{id}}" """);
                Assert.Equal((maker, key), (pool.Calls[^1].Provider, pool.Calls[^1].Key));
            }

            await AskAsync(second.Client, $$""" "input":[{"type":"reasoning","encrypted_content":"gAAAA-{{made[0].Maker}}"}] """);
            Assert.Equal(made[0].Maker, pool.Calls[^1].Provider);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task AnotherTenant_NeitherLearnsNorUsesWhereAResponseLives()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync();
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        var (id, maker, _) = await MakeAsync(pool, owner);

        pool.Calls.Clear();
        for (var round = 0; round < 40; round++) await AskAsync(other, $$""" "previous_response_id":"{{id}}" """);
        Assert.Equal(3, pool.Calls.Select(static call => call.Provider).Distinct().Count());

        // A provider that gives two tenants one id: each has its own maker.
        for (var round = 0; round < 5; round++)
        {
            await AskAsync(owner, $$""" "previous_response_id":"{{id}}" """);
            Assert.Equal(maker, pool.Calls[^1].Provider);
        }
    }

    [Theory]
    [InlineData(503, 503)]
    [InlineData(429, 429)]
    [InlineData(401, 502)]
    public async Task MakerIsOut_ItsOwnErrorAndWait_NeverAnotherTarget(int status, int seen)
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(keys: TwoKeys);
        var (id, maker, key) = await MakeAsync(pool, gateway.Client);
        pool.Status[maker] = status;
        pool.RetryAfter = "17";
        pool.Calls.Clear();
        for (var round = 0; round < 2; round++)
        {
            var answer = await gateway.Client.PostAsync("/v1/responses", $$"""{"model":"gpt","input":"x","previous_response_id":"{{id}}"}""");
            Assert.Equal((seen, $"{maker}"), (answer.Status, answer.Header("X-Error-Backend-Instance")));
            // 401 carries no wait of its own: it is out for the breaker's thirty seconds.
            Assert.InRange(int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), status == 401 ? 28 : 15, status == 401 ? 30 : 17);
        }

        Assert.All(pool.Calls, call => Assert.Equal((maker, key), (call.Provider, call.Key)));
        // Others go on as before.
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/responses", """{"model":"gpt","input":"x"}""")).Status);
    }

    [Fact]
    public async Task Maker_NotInThePoolAnyMore_IsRoutedAsAnyOther()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync();
        string id;
        int maker;
        do (id, maker, _) = await MakeAsync(pool, gateway.Client);
        while (maker != 2);
        await File.WriteAllTextAsync(gateway.ConfigFile, pool.Config(targets: [0, 1]));
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        pool.Calls.Clear();
        for (var round = 0; round < 20; round++) await AskAsync(gateway.Client, $$""" "previous_response_id":"{{id}}" """);
        Assert.Equal([0, 1], pool.Calls.Select(static call => call.Provider).Distinct().Order());
    }

    [Fact]
    public async Task File_ThatATargetMade_PinsOnEverySurface()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(keys: TwoKeys);
        using var caller = await gateway.KeyAsync();
        var keyId = (string)(await gateway.Client.FetchAsync("/admin/keys")).Json["items"]!.AsArray().Single(key => (string?)key!["role"] == "inference")!["id"]!;
        gateway.Services.GetRequiredService<MakerStore>().Learn(keyId, MakerKind.File, "file-1", new Maker("p2", "p2/m2", 1));
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(200, (await caller.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}""")).Status);
            await AskAsync(caller, """ "input":[{"role":"user","content":[{"type":"input_file","file_id":"file-1"}]}] """);
        }

        Assert.All(pool.Calls, static call => Assert.Equal((2, "Bearer sk-1"), (call.Provider, call.Key)));
    }

    [Fact]
    public async Task OneTargetWithOneCredential_NothingIsRememberedAndTheBytesAreTheProviders()
    {
        await using var pool = await BackendPool.StartAsync();
        pool.Sealed = static _ => "gAAAA";
        await using var gateway = await pool.StartGatewayAsync(targets: [0]);
        var answer = await gateway.Client.PostAsync("/v1/responses", """{"model":"gpt","input":"x"}""");
        Assert.Contains("\"encrypted_content\": \"gAAAA\"", answer.Body, StringComparison.Ordinal);
        var store = gateway.Services.GetRequiredService<MakerStore>();
        Assert.True(store.IsEmptyOf(MakerKind.Response) && store.IsEmptyOf(MakerKind.Reasoning));
    }

    private static async Task<(string Id, int Maker, string Key)> MakeAsync(BackendPool pool, HttpClient client, bool stream = false, string more = "")
    {
        var answer = await client.PostAsync("/v1/responses", $$"""{"model":"gpt","input":"x","stream":{{(stream ? "true" : "false")}}{{more}}}""");
        Assert.Equal(200, answer.Status);
        var json = stream ? JsonNode.Parse(answer.Body.Split("data: ")[^1])!["response"]! : answer.Json;
        return ((string)json["id"]!, pool.Calls[^1].Provider, pool.Calls[^1].Key);
    }

    private static async Task AskAsync(HttpClient client, string fields, bool stream = false)
    {
        var input = fields.Contains("\"input\"", StringComparison.Ordinal) ? "" : ""","input":"x" """;
        var answer = await client.PostAsync("/v1/responses", $$"""{"model":"gpt"{{input}},{{fields}},"stream":{{(stream ? "true" : "false")}}}""");
        Assert.True(answer.Status == 200, answer.Body);
    }
}
