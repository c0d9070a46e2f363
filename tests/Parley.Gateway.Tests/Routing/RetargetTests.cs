using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>A name that is given another target while it is in use: nobody notices but by who answers.</summary>
public sealed class RetargetTests
{
    private const int Times = 100;
    private const int Clients = 24;

    [Fact]
    public async Task Alias_RetargetedAndReloadedAHundredTimesUnderLoad_FailsNoCall()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = upstream => Config(upstream, 0), Simulator = new() { Pace = TimeSpan.FromMilliseconds(2) } });
        var upstream = gateway.Upstream.BaseAddress.AbsoluteUri;
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            var calls = 0;
            for (; !over.IsCancellationRequested; calls++)
            {
                var (status, text, _) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: number % 2 == 0, model: "fast"));
                Assert.True(status == 200 && (text.EndsWith('}') || text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal)), $"{status} {text}");
            }

            return calls;
        })).ToList();

        for (var time = 1; time <= Times; time++)
        {
            await File.WriteAllTextAsync(gateway.ConfigFile, Config(upstream, time));
            Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
            // In use at once: the very next request goes to the new target.
            var next = await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("fast"));
            Assert.Equal((200, ModelAt(time)), (next.Status, next.Header("x-parley-model")));
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(clients), static calls => Assert.True(calls > 0));
        await gateway.AssertNothingLeftAsync();
    }

    private static string ModelAt(int time) => time % 2 == 0 ? "gpt-4o" : "gpt-4.1";

    private static string Config(string upstream, int time) => $$"""
        {
          "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
          "models": [ { "modelId": "even", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                      { "modelId": "odd", "targets": [ { "provider": "lab", "model": "gpt-4.1" } ] } ],
          "aliases": { "fast": "{{(time % 2 == 0 ? "even" : "odd")}}" }
        }
        """;
}
