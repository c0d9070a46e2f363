using Microsoft.Extensions.Primitives;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Deletes an entry that the admin API made, unless something needs it.</summary>
internal sealed class DeleteEntry(EntryKind kind, string id, StringValues ifMatch, EntryWriter by) : EntryChange(by)
{
    private StoredEntry? _row;

    public override string Label => StoredEntry.LabelOf(kind, id);

    public override IReadOnlyList<StoredEntry>? Plan(ConfigurationResult current)
    {
        var existing = current.Find(kind, id);
        // Also one that a file's entry of that name has put aside: this is the way to be rid of it.
        _row = current.Stored.FirstOrDefault(entry => entry.Is(kind, id));
        if (_row is null) return Refuse(existing is null ? EntryRefusals.NotFound(kind, id) : EntryRefusals.ReadOnly(existing));
        if (!EntryTag.Matches(ifMatch, existing is null ? null : EntryTag.Of(existing))) return Refuse(EntryRefusals.Changed());
        return [.. current.Stored.Where(entry => entry != _row)];
    }

    public override bool Accepts(ConfigurationResult current, ConfigurationResult future)
    {
        var users = EntryUsers.Of(current, kind, id, future);
        if (users.Count > 0) Error = EntryRefusals.InUse(kind, id, users);
        return Error is null;
    }

    public override Task StoreAsync(CancellationToken cancellationToken) => SaveAsync([], [_row!], cancellationToken);
}
