using Parley.Dialects.Models;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Routing;

/// <summary>One provider with one upstream model: where an attempt goes.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="UpstreamModel">The model or deployment as the provider knows it.</param>
internal sealed record RouteTarget(Provider Provider, string UpstreamModel)
{
    /// <summary>What is known of its health.</summary>
    internal TargetState State { get; init; } = Provider.Targets.Of(UpstreamModel);

    /// <summary>Its place among the targets of its model as they are written: what an affinity cookie holds (contracts §4).</summary>
    internal int Index { get; init; }

    /// <summary>The time limits of a call to it: its model's, else its provider's.</summary>
    internal AttemptTimeouts Timeouts { get; init; } = AttemptTimeouts.Of(TimeoutsConfig.None, Provider.Config.Http);

    /// <summary>Lower is tried first.</summary>
    internal int Priority { get; init; } = 1;

    /// <summary>Share inside its priority.</summary>
    internal int Weight { get; init; } = 1;

    /// <summary>How many calls to it run at a time; null means as many as come.</summary>
    internal ConcurrencyConfig? Concurrency { get; init; }

    /// <summary>What its model takes and refuses.</summary>
    internal ModelTraits Traits { get; init; } = ModelTraits.Unknown;

    /// <summary>What happens to a setting that its model refuses.</summary>
    internal UnsupportedPolicy OnUnsupported { get; init; }

    /// <summary>What happens when a translation for it loses something.</summary>
    internal LossPolicy OnLoss { get; init; }

    /// <summary>True when a long prefix is marked for the cache although the caller set no marks (Claude only).</summary>
    internal bool AddsCacheBreakpoints { get; init; }

    /// <summary>Another endpoint of the provider that the request chose, or null for its own.</summary>
    internal Uri? Endpoint { get; init; }

    /// <summary>Why it cannot be called, or null.</summary>
    internal string? Missing { get; init; }

    /// <summary>True when it cannot be called because the provider's <c>allowedModels</c> leave it out: no fault that waiting mends.</summary>
    internal bool IsForbidden { get; init; }

    /// <summary><c>provider/model</c>: its name in the ledger, the logs and the admin API.</summary>
    internal string Name { get; } = $"{Provider.Name}/{UpstreamModel}";

    /// <summary>A hash of <see cref="Name"/> that is the same on every replica.</summary>
    internal ulong NameHash { get; } = StableHash.Of(StableHash.Of(Provider.Name), StableHash.Of(UpstreamModel));

    /// <summary>The same with a state that is kept whether it is called or not, because the configuration names it.</summary>
    internal RouteTarget Catalogued() => this with { State = Provider.Targets.OfCatalogue(UpstreamModel) };

    /// <summary>The same where the operator says that its model takes images: then they are not taken out, whatever its name promises.</summary>
    internal RouteTarget WithVision(bool? isSaid) =>
        isSaid == true && Traits.HasVision == false ? this with { Traits = Traits with { HasVision = true } } : this;

    /// <summary>The upstream model as a JSON string, ready to be spliced in.</summary>
    internal byte[] ModelJson { get; } = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(UpstreamModel, CatalogJson.Default.String);
}
