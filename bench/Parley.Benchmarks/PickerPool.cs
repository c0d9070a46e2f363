using System.Globalization;
using System.Net;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Benchmarks;

/// <summary>A pool of thirty targets (as many as API Management allows), all of them well, with different weights, latencies, limits and calls in flight.</summary>
internal sealed class PickerPool
{
    private const int Members = 30;
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly TargetPool _pool;
    private ulong _prompt;

    internal PickerPool(PickRule rule)
    {
        var config = new ProviderConfig { Name = "bench", Type = ProviderType.OpenAICompatible, TypeName = "openai-compatible" };
        var provider = new MissingProvider(config, new UpstreamTransports(null).For(config)) { Targets = new TargetStates(Time).For(config) };
        var members = Enumerable.Range(0, Members).Select(index => new RouteTarget(provider, $"model-{index}") { Index = index, Weight = 1 + (index % 4) });
        _pool = new TargetPool([.. members], rule, new TargetPickers(RandomShare.Next).Of(rule));
        foreach (var (index, member) in _pool.Members.Index()) Use(member.State, index);
    }

    /// <summary>What a request does: candidates by their breakers, then the rule.</summary>
    internal int Choose() => _pool.Choose(_pool.All, -1, new PickContext(Time.GetTimestamp(), _prompt += 0x9E37_79B9_7F4A_7C15));

    private static void Use(TargetState state, int index)
    {
        for (var call = 0; call < index % 5; call++) state.Enter();
        state.Latency.Record(Time.GetTimestamp(), 200 + (10 * index));
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.Headers.TryAddWithoutValidation("x-ratelimit-limit-requests", "1000");
        response.Headers.TryAddWithoutValidation("x-ratelimit-remaining-requests", (500 + index).ToString(CultureInfo.InvariantCulture));
        response.Headers.TryAddWithoutValidation("x-ratelimit-reset-requests", "8h");
        using var reply = new UpstreamReply(response);
        state.Capacity.Note(reply);
    }
}
