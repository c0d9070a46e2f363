using System.Collections.Concurrent;
using Dapper;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Routing;

/// <summary>What a key may see of the catalogue: model ids, aliases, and configured deployments as <c>azure/name</c>; with the day each was first seen.</summary>
internal sealed class ModelDirectory(SqliteDatabase database, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _firstSeen = new(StringComparer.Ordinal);

    internal async ValueTask<IReadOnlyList<ListedModel>> ListAsync(GatewaySnapshot snapshot, Caller caller, CancellationToken cancellation)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, model) in snapshot.Catalog.Names)
        {
            if (caller.MayUseModel(model.Id, name)) entries[name] = model.Targets[0].Provider.Name;
        }

        foreach (var (name, alias) in snapshot.Catalog.Aliases)
        {
            if (alias.FirstFor(caller, name) is { } model) entries[name] = model.Targets[0].Provider.Name;
        }

        foreach (var provider in snapshot.Catalog.Providers.OfType<AzureOpenAIProvider>())
        {
            foreach (var deployment in provider.Config.Deployments.Keys)
            {
                var id = $"{provider.Name}/{deployment}";
                if (provider.Allows(deployment, provider.ResolveModel(deployment)) && (caller.MayUseProvider(provider.Name) || (caller.Models is not null && caller.MayUseModel(id, id))))
                    entries.TryAdd(id, provider.Name);
            }
        }

        await NoteAsync(entries.Keys.Where(id => !_firstSeen.ContainsKey(id)).ToList(), cancellation);
        return [.. entries.Select(entry => new ListedModel(entry.Key, entry.Value, _firstSeen[entry.Key], ModelCapabilities.Of(entry.Key)))];
    }

    private async ValueTask NoteAsync(List<string> unknown, CancellationToken cancellation)
    {
        if (unknown.Count == 0) return;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var seen = await database.WriteAsync(
            transaction => unknown.Select(id => (Id: id, Time: transaction.Connection!.ExecuteScalar<long>(
                "INSERT INTO model_first_seen (id, first_seen) VALUES (@id, @now) ON CONFLICT (id) DO UPDATE SET first_seen = first_seen RETURNING first_seen",
                new { id, now },
                transaction))).ToList(),
            cancellation);
        foreach (var (id, first) in seen) _firstSeen[id] = DateTimeOffset.FromUnixTimeSeconds(first);
    }
}
