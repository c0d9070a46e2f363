using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Wrapper;

/// <summary>A gateway whose default model is one upstream model of one simulated vendor.</summary>
internal static class WrapperHost
{
    /// <param name="model">The upstream model; <c>sim-fault-…</c> for one that fails.</param>
    /// <param name="type">The provider's type.</param>
    /// <param name="more">Further sections of <c>parley.json</c>, each ending in a comma.</param>
    /// <param name="variables">The environment.</param>
    /// <param name="time">The gateway's clock.</param>
    internal static Task<GatewayHost> StartAsync(
        string model = "gpt-4o", string type = "openai", string more = "", IReadOnlyDictionary<string, string>? variables = null, TimeProvider? time = null) =>
        GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Variables = variables ?? new Dictionary<string, string>(),
            Config = upstream => Config(type == "openai" ? upstream + "v1" : upstream, model, type, more),
        });

    /// <summary>The same in front of what a test answers itself.</summary>
    internal static Task<GatewayHost> StartAsync(CannedUpstream upstream, string model = "canned", TimeProvider? time = null) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Config = _ => Config(upstream.Address + "v1", model, "openai", ""),
    });

    private static string Config(string baseUrl, string model, string type, string more) => $$"""
        {
          {{more}}
          "providers": { "sim": { "type": "{{type}}", "apiKey": "{{Wire.UpstreamKey}}", "baseUrl": "{{baseUrl}}" } },
          "models": [ { "modelId": "first", "targets": [ { "provider": "sim", "model": "{{model}}" } ] } ]
        }
        """;
}
