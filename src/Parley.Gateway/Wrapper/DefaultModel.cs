using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Wrapper;

/// <summary>
/// The model of <c>/health</c>, <c>/completion</c> and <c>/chat</c> (contracts §7): <c>defaults.model</c>, else the deployment that
/// <c>OPENAI_MODEL_DEPLOYMENT_NAME</c> names, else the first model; the simulated one where there is no other.
/// </summary>
internal static class DefaultModel
{
    internal static readonly GatewayError Missing = new(
        GatewayErrorKind.NoRoute, "No model is configured. Write \"models\" in parley.json, or set OPENAI_ENDPOINT, OPENAI_API_KEY and OPENAI_MODEL_DEPLOYMENT_NAME.");

    /// <summary>Its name, as a request would name it; null when there is none.</summary>
    internal static string? NameOf(GatewaySnapshot snapshot) =>
        snapshot.Config.DefaultModel ?? (snapshot.Catalog.Names.ContainsKey(ModelCatalog.EchoId) ? ModelCatalog.EchoId : null);

    /// <summary>All that may answer under the name; none for a name that leads nowhere.</summary>
    internal static IReadOnlyList<RouteTarget> TargetsOf(ModelCatalog catalog, string name)
    {
        if (catalog.TryFindCatalogued(name, out var model)) return model.Targets;
        if (catalog.TryFindAlias(name, out var alias)) return [.. alias.Sides.SelectMany(static side => side.Model.Targets)];
        return (catalog.FindPattern(name, null, out _) ?? catalog.FindAddressed(name, null, out _))?.Targets ?? [];
    }
}
