using System.Buffers;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// Whose files and batches are whose. A provider's account is one for all keys, so what one key has made is kept from the others here: it is not
/// there for them. What no key has made (in the vendor's console, or long ago) is there for all. Admins see everything, and so does everybody
/// where the provider says <c>sharedFiles</c>.
/// <code>
/// (key, id)            → who made it     where the key's calls go
/// (any key, provider/id) → who made it   that some key has made it
/// </code>
/// </summary>
internal sealed class StoredOwners(MakerStore store)
{
    private static readonly SearchValues<char> InIds = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    // No key has this id.
    private const string AnyKey = "";

    /// <summary>The database did not say whose something is; nothing is shown then.</summary>
    internal static readonly GatewayError Unchecked = new(
        GatewayErrorKind.Overloaded, "Parley cannot look up whose file this is right now. Try again in a moment.")
    {
        Code = "owner_unknown",
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    /// <summary>True when this caller sees what others have made there.</summary>
    internal static bool SeesAll(Caller caller, ProviderConfig provider) => caller.Role == KeyRole.Admin || provider.SharedFiles;

    /// <summary>Who made what this caller names, as far as it was this caller's; an error when that cannot be said now.</summary>
    internal async ValueTask<(Maker? Maker, GatewayError? Error)> FindAsync(Caller caller, MakerKind kind, string id, CancellationToken cancellation)
    {
        var (isRead, maker) = await store.LookUpAsync(MakerKey.OfText(caller.KeyId, kind, id), kind, cancellation);
        return isRead ? (maker, null) : (null, Unchecked);
    }

    /// <summary>Null when this caller may name this id at this provider; else that there is none.</summary>
    /// <param name="caller">Who names it.</param>
    /// <param name="provider">Where it is.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="own">Who made it for this caller; null when nobody is known to have.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async ValueTask<GatewayError?> CheckAsync(Caller caller, ProviderConfig provider, MakerKind kind, string id, Maker? own, CancellationToken cancellation)
    {
        if (SeesAll(caller, provider)) return null;
        // An escape that a server behind the provider's door undoes would make two segments of it, and another file's id of the first.
        if (id.AsSpan().ContainsAnyExcept(InIds)) return Missing(kind, id);
        if (own?.Provider == provider.Name) return null;
        var (isRead, made) = await MadeAsync(provider.Name, kind, id, cancellation);
        if (!isRead) return Unchecked;
        return made ? Missing(kind, id) : null;
    }

    /// <summary>True when some key has made it there.</summary>
    internal async ValueTask<(bool IsRead, bool IsMade)> MadeAsync(string provider, MakerKind kind, string id, CancellationToken cancellation)
    {
        var (isRead, maker) = await store.LookUpAsync(MakerKey.OfText(AnyKey, kind, $"{provider}/{id}"), kind, cancellation);
        return (isRead, maker is not null);
    }

    /// <summary>Which of these ids this caller has made or used there; null when that cannot be said now.</summary>
    internal async ValueTask<IReadOnlySet<string>?> OwnAsync(Caller caller, MakerKind kind, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var keys = new Dictionary<UInt128, string>(ids.Count);
        foreach (var id in ids) keys.TryAdd(MakerKey.OfText(caller.KeyId, kind, id), id);
        if (await store.KnownAsync(keys.Keys, kind, cancellation) is not { } known) return null;
        return known.Select(key => keys[key]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>This caller has got an answer that names it; whose it is stays as it was.</summary>
    internal void Learn(PassThroughExchange exchange, MakerKind kind, string id) => store.Learn(exchange.Caller.KeyId, kind, id, MakerOf(exchange));

    /// <summary>
    /// This caller has made it. Complete when that is written, so that it is the caller's alone from the first moment on, also over a crash; false
    /// when the database does not take it.
    /// </summary>
    internal ValueTask<bool> LearnMadeAsync(PassThroughExchange exchange, IEnumerable<(MakerKind Kind, string Id)> made)
    {
        var maker = MakerOf(exchange);
        var entries = new List<(UInt128, MakerKind, Maker)>();
        foreach (var (kind, id) in made)
        {
            entries.Add((MakerKey.OfText(exchange.Caller.KeyId, kind, id), kind, maker));
            entries.Add((MakerKey.OfText(AnyKey, kind, $"{maker.Provider}/{id}"), kind, maker));
        }

        return store.WriteAsync(entries);
    }

    private static Maker MakerOf(PassThroughExchange exchange) =>
        new(exchange.Provider!.Name, $"{exchange.Provider.Name}/{exchange.Surface.Name}", exchange.Credential);

    /// <summary>
    /// The first of the files named in a request that another key has made at one of these providers, as an error; null when there is none.
    /// </summary>
    internal async ValueTask<GatewayError?> CheckFilesAsync(Caller caller, IEnumerable<Provider> providers, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var marks = new Dictionary<UInt128, (string Provider, string Id)>();
        foreach (var provider in providers.Where(provider => !SeesAll(caller, provider.Config)))
        {
            foreach (var id in ids) marks.TryAdd(MakerKey.OfText(AnyKey, MakerKind.File, $"{provider.Name}/{id}"), (provider.Name, id));
        }

        if (marks.Count == 0) return null;
        if (await store.KnownAsync(marks.Keys, MakerKind.File, cancellation) is not { } made) return Unchecked;
        foreach (var key in made)
        {
            var (provider, id) = marks[key];
            var (own, unknown) = await FindAsync(caller, MakerKind.File, id, cancellation);
            if (unknown is not null) return unknown;
            if (own?.Provider != provider) return Missing(MakerKind.File, id) with { Param = "file_id" };
        }

        return null;
    }

    // The vendor's own words for an id that it does not have: nothing tells the two apart.
    private static GatewayError Missing(MakerKind kind, string id) =>
        new(GatewayErrorKind.NotFound, $"No such {(kind == MakerKind.Batch ? "Batch" : "File")} object: {id}") { Param = "id" };
}
