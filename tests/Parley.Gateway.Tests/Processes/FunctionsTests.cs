using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Processes;

/// <summary>The executable as a custom handler of Azure Functions (contracts §2), with the deployed <c>parley.json</c> and only the old proxy's variables.</summary>
public sealed class FunctionsTests
{
    private const string HostKey = "the-old-host-key-of-the-app==";

    [Theory]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT")]
    [InlineData("FUNCTIONS_HTTPWORKER_PORT")]
    [Trait("Contract", "2.functions")]
    [Trait("Contract", "2.identity")]
    [Trait("Contract", "2.deployment")]
    [Trait("Contract", "2.keys")]
    [Trait("Contract", "2.chat")]
    [Trait("Contract", "2.responses")]
    public async Task Handler_WithTheOldVariables_AnswersBothPathsByItsIdentity(string portVariable)
    {
        await using var app = await FunctionsApp.StartAsync(portVariable);
        (string, string)[][] ways = [[("x-functions-key", HostKey), ("Authorization", "Bearer unused")], [("x-functions-key", HostKey)], []];
        foreach (var headers in ways)
        {
            var query = headers.Length == 0 ? "?code=" + Uri.EscapeDataString(HostKey) : "";
            using var chat = await app.Parley.SendAsync("/api/v1/chat/completions" + query, Wire.Chat("whatever", ",\"seed\":7"), headers);
            Assert.Equal(200, (int)chat.StatusCode);
            Assert.Equal($"[simulated] {Wire.Prompt}", (string?)JsonNode.Parse(await chat.Content.ReadAsStringAsync())!["choices"]![0]!["message"]!["content"]);
            var sent = app.Upstream.Log.Last;
            Assert.Equal(("/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21", $"Bearer {IdentityEndpoint.Token}"), (sent.PathAndQuery, sent.Header("Authorization")));

            using var responses = await app.Parley.SendAsync("/api/v1/responses" + query, Wire.Responses("whatever"), headers);
            Assert.Equal(200, (int)responses.StatusCode);
            Assert.Equal("/openai/v1/responses?api-version=preview", app.Upstream.Log.Last.PathAndQuery);
        }

        // Signed in once, for the resource that Azure OpenAI takes tokens of.
        Assert.Equal(["https://cognitiveservices.azure.com"], app.Identity.Asked);
        Assert.All(app.Upstream.Log.Requests, static request =>
        {
            var all = request.PathAndQuery + string.Join('\n', request.Headers.Select(static header => $"{header.Key}: {header.Value}"));
            Assert.DoesNotContain(HostKey, all, StringComparison.Ordinal);
            Assert.DoesNotContain("unused", all, StringComparison.Ordinal);
            Assert.DoesNotContain("marker-of-host", all, StringComparison.Ordinal);
            Assert.DoesNotContain("azure-functions", all, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("forwarded", all, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("203.0.113.7", all, StringComparison.Ordinal);
        });
        using var nobody = await app.Parley.SendAsync("/api/v1/chat/completions", Wire.Chat("whatever"), ("Authorization", "Bearer unused"));
        Assert.Equal(401, (int)nobody.StatusCode);
        Assert.DoesNotContain(HostKey, app.Parley.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "2.functions")]
    public async Task Stream_IsNotHeldBack_AndHeartbeatsFillItsSilence()
    {
        await using var app = await FunctionsApp.StartAsync("FUNCTIONS_CUSTOMHANDLER_PORT", pace: TimeSpan.FromMilliseconds(400));
        var clock = Stopwatch.StartNew();
        using var answer = await app.Parley.SendAsync("/api/v1/chat/completions", Wire.Chat("x", ",\"stream\":true"), ("x-functions-key", HostKey));
        Assert.Equal((200, "text/event-stream"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8);
        TimeSpan? first = null;
        var lines = new List<string>();
        while (await reader.ReadLineAsync(GatewayCalls.Limit()) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) first ??= clock.Elapsed;
            lines.Add(line);
        }

        // Held back, all events would come at once.
        Assert.True(clock.Elapsed - first > TimeSpan.FromSeconds(1), $"the first event came after {first}, the last after {clock.Elapsed}");
        Assert.Equal("data: [DONE]", lines[^2]);

        // The file's interval of a second, in place of fifteen: a model that is silent for three.
        using var slow = await app.Parley.SendAsync("/api/v1/chat/completions", Wire.Chat("slow", ",\"stream\":true"), ("x-functions-key", HostKey));
        var text = await slow.Content.ReadAsStringAsync(GatewayCalls.Limit());
        Assert.StartsWith(": keep-alive\n\n: keep-alive\n\n", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"content\":", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "2.functions")]
    public async Task Start_SaysWhereItRuns_AndWarnsOfTheInstancesOwnDisk()
    {
        await using var app = await FunctionsApp.StartAsync("FUNCTIONS_CUSTOMHANDLER_PORT");
        Assert.Contains($"Parley listens on http://127.0.0.1:{app.Parley.Client.BaseAddress!.Port}", app.Parley.Output, StringComparison.Ordinal);
        Assert.Contains("Runs on Azure Functions, behind its host on port ", app.Parley.Output, StringComparison.Ordinal);
        Assert.Contains("Warning: users, keys and the ledger are in ", app.Parley.Output, StringComparison.Ordinal);

        // The host keeps /admin for itself; what it passes on is /parley/admin.
        using var keys = await app.Parley.SendAsync("/parley/admin/keys", null, ("x-functions-key", GatewayHost.AdminKey));
        Assert.Equal(200, (int)keys.StatusCode);
        using var ping = await app.Parley.SendAsync("/livez", null);
        Assert.Equal(200, (int)ping.StatusCode);

        await using var shared = await FunctionsApp.StartAsync("FUNCTIONS_CUSTOMHANDLER_PORT", shareDatabase: true);
        Assert.DoesNotContain("Warning", shared.Parley.Output, StringComparison.Ordinal);
    }

    private sealed class FunctionsApp : IAsyncDisposable
    {
        private readonly string _directory;

        private FunctionsApp(SimulatorHost upstream, IdentityEndpoint identity, FunctionsProcess parley, string directory)
        {
            (Upstream, Identity, Parley) = (upstream, identity, parley);
            _directory = directory;
        }

        internal SimulatorHost Upstream { get; }

        internal IdentityEndpoint Identity { get; }

        internal FunctionsProcess Parley { get; }

        internal static async Task<FunctionsApp> StartAsync(string portVariable, TimeSpan pace = default, bool shareDatabase = false)
        {
            var directory = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "functions", Guid.NewGuid().ToString("N"))).FullName;
            var deployed = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "functions", "parley.json"));
            var upstream = await SimulatorHost.StartOnLoopbackAsync(new SimulatorOptions { Pace = pace }, 0, GatewayCalls.Limit());
            if (pace != TimeSpan.Zero)
            {
                deployed = deployed.TrimEnd()[..^1] + $$"""
                    , "surfaces": { "heartbeatSeconds": 1 },
                      "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream.BaseAddress}}v1", "apiKey": "sk-lab" } },
                      "models": [ { "modelId": "slow", "targets": [ { "provider": "lab", "model": "sim-fault-slow-first-byte-3s" } ] } ] }
                    """;
            }

            File.WriteAllText(Path.Combine(directory, "parley.json"), deployed);
            var identity = await IdentityEndpoint.StartAsync();
            var variables = new Dictionary<string, string>
            {
                ["AZURE_OPENAI_BASE"] = upstream.BaseAddress.AbsoluteUri,
                ["AZURE_OPENAI_DEPLOYMENT"] = "gpt-4o-mini",
                ["OLD_HOST_KEY"] = HostKey,
                ["PARLEY_ADMIN_KEY"] = GatewayHost.AdminKey,
            };
            foreach (var (name, value) in identity.Variables) variables[name] = value;
            variables["TMPDIR"] = Directory.CreateDirectory(Path.Combine(directory, "tmp")).FullName;
            if (shareDatabase) variables["PARLEY_DATABASE"] = Path.Combine(directory, "shared.db");
            return new FunctionsApp(upstream, identity, await FunctionsProcess.StartAsync(directory, portVariable, variables), directory);
        }

        public async ValueTask DisposeAsync()
        {
            Parley.Dispose();
            await Identity.DisposeAsync();
            await Upstream.DisposeAsync();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
