using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Resilience.Matrix;

/// <summary>A gateway with one model for each fault and mode, and how one of them is called and looked at.</summary>
internal sealed class FaultMatrixGateway : IAsyncDisposable
{
    // Long enough for a busy machine's plain answers, short enough to wait for all that stall.
    private const string Http = """{ "firstByteSeconds": 4, "idleStreamSeconds": 4 }""";

    // In place of defaults that take longer than a test should wait, or that cannot be told from one another.
    private static readonly Dictionary<string, string> Arguments =
        new() { ["slow-first-byte"] = "-50ms", ["slow-drip"] = "-0", ["503"] = "-5", ["429"] = "-10", ["429-date"] = "-15", ["429-ms"] = "-20000" };

    // Those waits and the breaker's own, in seconds. What is left of one, seconds later on a busy machine, still says which it is.
    private static readonly int[] Waits = [1, 5, 10, 15, 20, 30];

    private readonly GatewayHost _gateway;

    private FaultMatrixGateway(GatewayHost gateway) => _gateway = gateway;

    internal static async Task<FaultMatrixGateway> StartAsync() => new(await GatewayHost.StartAsync(new GatewayHostOptions { Config = Config }));

    internal GatewayHost Host => _gateway;

    /// <summary>Calls the model of a fault once.</summary>
    internal async Task<FaultCell> CallAsync(string fault, FaultMode mode)
    {
        var model = mode.Model(fault);
        string client;
        string requestId;
        using (var answer = await _gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, mode.IsStream, model), GatewayCalls.Limit()))
        {
            requestId = answer.Headers.GetValues("x-request-id").Single();
            client = await ReadAsync(answer, mode);
        }

        var record = await _gateway.RecordAsync(requestId);
        return new FaultCell(client, LedgerOf(record), BreakerOf(model, mode));
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer, FaultMode mode)
    {
        var text = "";
        var isCut = false;
        try
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit()));
            var buffer = new char[65536];
            int read;
            while ((read = await reader.ReadAsync(buffer, GatewayCalls.Limit())) > 0) text += new string(buffer, 0, read);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            isCut = true;
        }

        var by = mode.HasSecond ? $" from the {(answer.Headers.GetValues("x-parley-provider").Single() == "second" ? "second" : "first")}" : "";
        if ((int)answer.StatusCode != 200) return $"{(int)answer.StatusCode} {CodeOf(text)}{by}";
        if (isCut) return "begun, then the connection closed" + by;
        if (!mode.IsStream) return (IsWholePlain(text) ? "whole answer" : "200 that is no answer") + by;
        var events = text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        if (events.FirstOrDefault(e => e.StartsWith("data: {\"error\"", StringComparison.Ordinal)) is { } error) return $"begun, then error event {CodeOf(error["data: ".Length..])}{by}";
        return (events is [.., "data: [DONE]"] ? "whole answer" : "200 that is no answer") + by;
    }

    private static bool IsWholePlain(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() is { Length: > 0 };
    }

    private static string CodeOf(string text)
    {
        using var document = JsonDocument.Parse(text);
        var error = document.RootElement.GetProperty("error");
        return error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String ? code.GetString()! : error.GetProperty("type").GetString() ?? "no code";
    }

    private static string LedgerOf(JsonElement record)
    {
        var flags = record.Flags();
        var attempts = record.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("reason").GetString() ?? "answered").ToList();
        return $"{record.GetProperty("status").GetInt32()}{(flags.Length > 0 ? " " + flags : "")} ({string.Join(" → ", attempts)})";
    }

    private string BreakerOf(string model, FaultMode mode)
    {
        var catalog = _gateway.Services.GetRequiredService<SnapshotHolder>().Current.Catalog;
        Assert.True(catalog.TryFindCatalogued(model, out var found));
        var target = found.Targets.Single(target => target.Provider.Name == mode.Provider);
        var now = TimeProvider.System.GetTimestamp();
        var state = target.State.Breakers[0].StateAt(now);
        return state != BreakerState.Open ? state.ToString().ToLowerInvariant() : $"open {Waits.First(wait => target.State.Wait(now).TotalSeconds <= wait)} s";
    }

    private static string Config(string upstream)
    {
        var providers = FaultMode.All.Select(mode => mode.IsTranslated
            ? $$""" "{{mode.Provider}}": { "type": "anthropic", "baseUrl": "{{upstream.TrimEnd('/')}}", "apiKey": "{{Wire.UpstreamKey}}", "http": {{Http}} } """
            : $$""" "{{mode.Provider}}": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}", "http": {{Http}} } """);
        var models = from fault in SimulatorFault.All
                     from mode in FaultMode.All
                     let second = mode.HasSecond ? """, { "provider": "second", "model": "gpt-4o", "priority": 2 }""" : ""
                     let upstreamModel = SimulatorFault.ModelPrefix + fault.Name + Arguments.GetValueOrDefault(fault.Name)
                     select $$"""{ "modelId": "{{mode.Model(fault.Name)}}", "targets": [ { "provider": "{{mode.Provider}}", "model": "{{upstreamModel}}" }{{second}} ] }""";
        return $$"""
            {
              "providers": { {{string.Join(',', providers)}},
                "second": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ {{string.Join(',', models)}} ]
            }
            """;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
