using Microsoft.Extensions.Primitives;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Makes an entry, or replaces one that the admin API made.</summary>
/// <param name="kind">Provider, model or alias.</param>
/// <param name="id">Its name.</param>
/// <param name="posted">The body.</param>
/// <param name="ifMatch">The header; empty to write whatever there is.</param>
/// <param name="mustBeNew">True for POST.</param>
/// <param name="by">Who writes.</param>
internal sealed class PutEntry(EntryKind kind, string id, ConfigurationNode posted, StringValues ifMatch, bool mustBeNew, EntryWriter by) : EntryChange(by)
{
    private StoredEntry? _row;

    /// <summary>The entry as it is in use now; null when it was refused.</summary>
    public CatalogEntry? Entry { get; private set; }

    /// <summary>False when there was one before.</summary>
    public bool IsNew { get; private set; }

    public override string Label => StoredEntry.LabelOf(kind, id);

    public override IReadOnlyList<StoredEntry>? Plan(ConfigurationResult current)
    {
        var existing = current.Find(kind, id);
        if (existing is { IsReadOnly: true }) return Refuse(EntryRefusals.ReadOnly(existing));
        // What variables give may be made: the API stands in the place of the file, which goes before them too.
        var before = existing?.Stored;
        if (mustBeNew && before is not null) return Refuse(EntryRefusals.Exists(kind, id));
        if (!EntryTag.Matches(ifMatch, existing is null ? null : EntryTag.Of(existing))) return Refuse(EntryRefusals.Changed());

        var body = EntryBody.Make(kind, id, posted, before is null ? null : existing!.Node, out var errors);
        if (errors.Count > 0) return Refuse(EntryRefusals.Invalid(errors, static error => error.Path));
        IsNew = before is null;
        _row = Row(kind, id, body, before);
        return Bounded(IsNew ? [.. current.Stored, _row] : [.. current.Stored.Select(entry => entry == before ? _row : entry)]);
    }

    public override bool Accepts(ConfigurationResult current, ConfigurationResult future)
    {
        if (!Judge(future, new Dictionary<string, string>(StringComparer.Ordinal) { [_row!.Label] = "" }, [_row])) return false;
        Entry = future.Find(kind, id);
        return true;
    }

    public override Task StoreAsync(CancellationToken cancellationToken) => SaveAsync([_row!], [], cancellationToken);
}
