using System.Text;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Relay;

/// <summary>A gateway with heartbeats every 15 s of a clock that the test moves, in front of a provider whose calls the test answers.</summary>
internal sealed class HeartbeatGateway : IAsyncDisposable
{
    internal const string Beat = ": keep-alive\n\n";

    private HeartbeatGateway(HeldUpstream upstream, GatewayHost gateway, ManualTimeProvider time)
    {
        Upstream = upstream;
        Gateway = gateway;
        Time = time;
    }

    internal HeldUpstream Upstream { get; }

    internal GatewayHost Gateway { get; }

    internal ManualTimeProvider Time { get; }

    /// <param name="type">The provider's type; it decides which surface is spliced and which are translated.</param>
    /// <param name="seconds">The interval.</param>
    /// <param name="targets">How many targets the model has, all at the same provider.</param>
    /// <param name="model">Further members of the model.</param>
    internal static async Task<HeartbeatGateway> StartAsync(string type = "openai-compatible", int seconds = 15, int targets = 1, string model = "")
    {
        var time = new ManualTimeProvider();
        var upstream = await HeldUpstream.StartAsync();
        var address = upstream.Address + (type is "anthropic" or "gemini" ? "" : "v1");
        var providers = Enumerable.Range(1, targets).Select(i => $$"""
            "p{{i}}": { "type": "{{type}}", "baseUrl": "{{address}}", "apiKey": "sk-{{i}}" }
            """);
        var members = Enumerable.Range(1, targets).Select(i => $$"""{ "provider": "p{{i}}", "model": "m{{i}}", "priority": {{i}} }""");
        var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Config = _ => $$"""
                { "surfaces": { "heartbeatSeconds": {{seconds}} },
                  "providers": { {{string.Join(",", providers)}} },
                  "models": [ { "modelId": "gpt", "targets": [ {{string.Join(",", members)}} ]{{model}} } ] }
                """,
        });
        return new HeartbeatGateway(upstream, gateway, time);
    }

    internal Task<HttpResponseMessage> AskAsync(string path, string body) => Gateway.SendAsync(path, body, GatewayCalls.Limit());

    /// <summary>Moves the clock on until a heartbeat has come: the relay may have the turn at the moment when one is due.</summary>
    internal async Task<string> NextBeatAsync(Stream body)
    {
        var reading = ReadAsync(body, Beat.Length);
        var limit = GatewayCalls.Limit();
        while (!reading.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit));
            limit.ThrowIfCancellationRequested();
        }

        return await reading;
    }

    /// <summary>Reads so many bytes as text.</summary>
    internal static async Task<string> ReadAsync(Stream body, int length)
    {
        var buffer = new byte[length];
        await body.ReadExactlyAsync(buffer, GatewayCalls.Limit());
        return Encoding.UTF8.GetString(buffer);
    }

    /// <summary>Reads all that is left.</summary>
    internal static async Task<string> RestAsync(Stream body)
    {
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(GatewayCalls.Limit());
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
