using System.Text.Json;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>A model <c>gpt</c> whose targets are the providers <c>a</c>, <c>b</c>, <c>c</c> and so on in this order, each with a key by which an upstream tells them apart.</summary>
internal static class Pools
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

    /// <summary>Starts it in front of the simulator.</summary>
    /// <param name="models">The upstream model of each target.</param>
    /// <param name="model">Further keys of the model, each ending with a comma.</param>
    /// <param name="provider">Further keys of every provider, each ending with a comma.</param>
    /// <param name="time">The gateway's clock; null for the real one.</param>
    internal static Task<GatewayHost> StartAsync(string[] models, string model = "", string provider = "", TimeProvider? time = null) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Simulator = new SimulatorOptions(),
        Config = address => Config(address, models, model, provider),
    });

    /// <summary>Starts it in front of a provider that answers what the test says.</summary>
    internal static Task<GatewayHost> StartAsync(CannedUpstream upstream, int targets, string model = "", string provider = "", string? keys = null, TimeProvider? time = null) =>
        GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Config = _ => Config(upstream.Address, [.. Enumerable.Repeat("m", targets)], model, provider, keys),
        });

    /// <summary>Targets and reasons of a record's attempts, in a line.</summary>
    internal static string Trail(this JsonElement record) => string.Join(", ", record.GetProperty("attempts").EnumerateArray()
        .Select(attempt => $"{attempt.GetProperty("target").GetString()!.Split('/')[0]} {attempt.GetProperty("status").GetInt32()} {attempt.GetProperty("reason").GetString()}".TrimEnd()));

    internal static string? Header(this HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static string Config(string address, string[] models, string model, string provider, string? keys = null) => $$"""
        {
          "providers": { {{string.Join(", ", Names.Take(models.Length).Select(name => $$"""
            "{{name}}": { {{provider}} "type": "openai-compatible", "baseUrl": "{{address}}v1", {{(keys is null ? $"\"apiKey\": \"sk-{name}\"" : $"\"apiKeys\": [ {keys} ]")}} }
            """))}} },
          "models": [ { {{model}} "modelId": "gpt", "targets": [ {{string.Join(", ", models.Select((name, index) => $$"""
            { "provider": "{{Names[index]}}", "model": "{{name}}", "priority": {{index + 1}} }
            """))}} ] } ]
        }
        """;
}
