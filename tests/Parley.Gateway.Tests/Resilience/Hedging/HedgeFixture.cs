using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>A gateway in front of held providers, tried in their order: <c>one</c>, <c>two</c>, <c>three</c>; its model <c>gpt</c> is hedged.</summary>
internal sealed class HedgeFixture : IAsyncDisposable
{
    private static readonly string[] Names = ["one", "two", "three"];

    private readonly HeldUpstream[] _upstreams;

    private HedgeFixture(HeldUpstream[] upstreams, GatewayHost gateway)
    {
        _upstreams = upstreams;
        Gateway = gateway;
    }

    internal GatewayHost Gateway { get; }

    internal HeldUpstream One => _upstreams[0];

    internal HeldUpstream Two => _upstreams[1];

    internal HeldUpstream Three => _upstreams[2];

    /// <param name="hedge">The model's <c>hedge</c>; a millisecond where only the order matters.</param>
    /// <param name="targets">How many targets the model has.</param>
    /// <param name="firstType">The type of the first provider.</param>
    /// <param name="time">The gateway's clock.</param>
    /// <param name="more">Further members of each provider.</param>
    /// <param name="target">Further members of each target.</param>
    /// <param name="model">Further members of the model.</param>
    internal static async Task<HedgeFixture> StartAsync(string hedge = """{ "afterMilliseconds": 1 }""", int targets = 2, string firstType = "openai-compatible", TimeProvider? time = null, string more = "", string target = "", string model = "")
    {
        var upstreams = new HeldUpstream[targets];
        for (var i = 0; i < targets; i++) upstreams[i] = await HeldUpstream.StartAsync();
        var providers = upstreams.Select((upstream, i) =>
            $$"""{{Quoted(i)}}: { "type": "{{(i == 0 ? firstType : "openai-compatible")}}", "baseUrl": "{{upstream.Address}}{{(i == 0 && firstType == "anthropic" ? "" : "v1")}}", "apiKey": "sk-{{i}}"{{more}} }""");
        var members = upstreams.Select((_, i) => $$"""{ "provider": {{Quoted(i)}}, "model": "m{{i + 1}}", "priority": {{i + 1}}{{target}} }""");
        var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Config = _ => $$"""
                { "providers": { {{string.Join(",", providers)}} },
                  "models": [ { "modelId": "gpt", "hedge": {{hedge}}{{model}}, "targets": [ {{string.Join(",", members)}} ] } ] }
                """,
        });
        return new HedgeFixture(upstreams, gateway);
    }

    /// <summary>Posts; the answer is read whole.</summary>
    internal async Task<Wire.Answer> AskAsync(bool stream, string path = GatewayCalls.Chat, CancellationToken cancellation = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, GatewayCalls.Limit());
        using var answer = await Gateway.SendAsync(path, GatewayCalls.Body(path, stream), either.Token);
        var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Wire.Answer((int)answer.StatusCode, headers, await answer.Content.ReadAsStringAsync(either.Token));
    }

    /// <summary>The record of a request once so many attempts of it are written.</summary>
    internal async Task<JsonElement> RecordAsync(string requestId, int attempts)
    {
        while (true)
        {
            var record = await Gateway.RecordAsync(requestId);
            if (record.GetProperty("attempts").GetArrayLength() >= attempts) return record;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, GatewayCalls.Limit());
        }
    }

    /// <summary><c>target status reason</c> of each attempt.</summary>
    internal static string[] Trail(JsonElement record) =>
    [
        .. record.GetProperty("attempts").EnumerateArray().Select(attempt =>
            $"{attempt.GetProperty("target").GetString()} {attempt.GetProperty("status").GetInt32()} {attempt.GetProperty("reason").GetString()}".TrimEnd()),
    ];

    internal IEnumerable<TargetState> States => Gateway.Services.GetRequiredService<TargetStates>().All;

    internal ConcurrencyGate GateOf(string target) => States.Single(state => state.Name == target).Gate!;

    internal Breaker BreakerOf(string target) => States.Single(state => state.Name == target).Breakers[0];

    /// <summary>Nothing runs any more, and nothing is held.</summary>
    internal async Task AssertNothingLeftAsync()
    {
        await Gateway.AssertNothingLeftAsync();
        Assert.All(States, state => Assert.Equal(0, state.InFlight));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var upstream in _upstreams) await upstream.DisposeAsync();
    }

    private static string Quoted(int index) => $"\"{Names[index]}\"";
}
