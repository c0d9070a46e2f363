using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>What the writes of the admin API have in common: how they are refused, and the bounds of what is stored.</summary>
internal abstract class EntryChange(EntryWriter by) : ConfigurationChange
{
    /// <summary>All entries are in memory, and each change reads them all.</summary>
    public const int MostEntries = 10_000;

    /// <summary>Why nothing was changed; null when all is well.</summary>
    public GatewayError? Error { get; protected set; }

    /// <summary>Writes and deletes as one step.</summary>
    protected Task SaveAsync(IReadOnlyList<StoredEntry> written, IReadOnlyList<StoredEntry> deleted, CancellationToken cancellationToken) =>
        by.Store.SaveAsync(written, deleted, cancellationToken);

    /// <summary>The row that a body makes: a new one, or the next state of the one before.</summary>
    protected StoredEntry Row(EntryKind kind, string id, byte[] body, StoredEntry? before)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(by.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return new StoredEntry
        {
            Kind = kind,
            Id = id,
            Body = body,
            CreatedAt = before?.CreatedAt ?? now,
            UpdatedAt = now,
            UpdatedBy = by.Id,
            Revision = Ulid.New(now).ToString(),
        };
    }

    /// <summary>Refuses for good; returned where nothing is to be done.</summary>
    protected IReadOnlyList<StoredEntry>? Refuse(GatewayError error)
    {
        Error = error;
        return null;
    }

    /// <summary>The entries, unless they are more than may be.</summary>
    protected IReadOnlyList<StoredEntry>? Bounded(IReadOnlyList<StoredEntry> entries)
    {
        if (entries.Count > MostEntries)
            return Refuse(EntryRefusals.TooMany($"There would be {entries.Count} entries, more than the {MostEntries} that may be. Delete some first."));
        return entries.Sum(static entry => (long)entry.Body.Length) > BoundedFile.MaxBytes
            ? Refuse(EntryRefusals.TooMany($"The entries would be larger than {BoundedFile.MaxBytes / 1024 / 1024} MB together. Delete some first."))
            : entries;
    }

    /// <summary>Judges what was written by the load; <paramref name="places"/> says where in the body each label's entry stood.</summary>
    protected bool Judge(ConfigurationResult future, IReadOnlyDictionary<string, string> places, IReadOnlyList<StoredEntry> written)
    {
        var shadowed = future.Shadowed.FirstOrDefault(name => written.Contains(name.Entry));
        if (shadowed is not null) Error = EntryRefusals.ReadOnly(shadowed.Entry.Kind, shadowed.Name, shadowed.Place);
        else if (future.Config is null) Error = EntryRefusals.Invalid(future.Errors, PathOf);
        return Error is null;

        string? PathOf(ConfigurationError error) =>
            !places.TryGetValue(error.File, out var place) ? null
            : error.Path.Length == 0 || place.Length == 0 ? place + error.Path
            : error.Path[0] == '[' ? place + error.Path
            : $"{place}.{error.Path}";
    }
}
