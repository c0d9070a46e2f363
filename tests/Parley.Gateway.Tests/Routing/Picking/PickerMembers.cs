using System.Globalization;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Tests.Routing.Picking;

/// <summary>Members of a pool to pick from: <c>t0</c>, <c>t1</c> … with these weights.</summary>
internal static class PickerMembers
{
    internal static RouteTarget[] Of(TimeProvider time, params int[] weights)
    {
        var config = new ProviderConfig { Name = "p", Type = ProviderType.OpenAICompatible, TypeName = "openai-compatible" };
        var provider = new MissingProvider(config, new UpstreamTransports(null).For(config)) { Targets = new TargetStates(time).For(config) };
        return [.. weights.Select((weight, index) => new RouteTarget(provider, $"t{index.ToString(CultureInfo.InvariantCulture)}") { Index = index, Weight = weight })];
    }

    internal static RouteTarget[] Of(params int[] weights) => Of(TimeProvider.System, weights);

    internal static ulong All(this RouteTarget[] members) => (1UL << members.Length) - 1;

    /// <summary>Turns in a row, as letters: <c>a</c> is the first member.</summary>
    internal static string Letters(this TargetPicker picker, RouteTarget[] members, ulong candidates, int turns) =>
        string.Concat(Enumerable.Range(0, turns).Select(_ => (char)('a' + picker.Pick(members, candidates, default))));

    /// <summary>How often each was picked.</summary>
    internal static int[] Counts(this TargetPicker picker, RouteTarget[] members, ulong candidates, int turns)
    {
        var counts = new int[members.Length];
        for (var i = 0; i < turns; i++) counts[picker.Pick(members, candidates, default)]++;
        return counts;
    }
}
