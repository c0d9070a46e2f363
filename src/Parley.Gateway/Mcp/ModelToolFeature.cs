using System.Runtime.CompilerServices;
using Parley.Gateway.Access;
using Parley.Gateway.Routing;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Mcp;

/// <summary>
/// A tool for each name of the catalogue, ids and aliases, that the key may use (contracts §4). Names with a star are no models but rules; what they match
/// is asked with <c>chat</c> and its <c>model</c>, and so is what comes behind the first hundred.
/// </summary>
internal sealed class ModelToolFeature(WrapperService wrapper) : McpFeature
{
    /// <summary>The most that one key is shown: clients put every tool into their model's context.</summary>
    internal const int Most = 100;

    // Made once for each configuration, and gone with it.
    private readonly ConditionalWeakTable<ModelCatalog, ModelTool[]> _tools = [];

    public override IEnumerable<McpTool> Tools(McpVisit visit)
    {
        var catalog = visit.Snapshot.Catalog;
        // The key's own list of tools counts before the bound: what it names is there, however many come before it.
        return _tools.GetValue(catalog, Make).Where(tool => visit.Caller.MayUseTool(tool.Definition.Name) && MayUse(visit.Caller, catalog, tool.Model)).Take(Most);
    }

    private static bool MayUse(Caller caller, ModelCatalog catalog, string name) =>
        (catalog.Names.TryGetValue(name, out var model) && caller.MayUseModel(model.Id, name)) || (catalog.TryFindAlias(name, out var alias) && alias.FirstFor(caller, name) is not null);

    private ModelTool[] Make(ModelCatalog catalog)
    {
        var names = ModelToolNames.Of(catalog.Names.Keys.Concat(catalog.Aliases.Keys));
        return [.. names.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(pair => new ModelTool(pair.Value, pair.Key, wrapper))];
    }
}
