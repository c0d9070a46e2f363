using Parley.Gateway.Configuration.Entries;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>A row of <c>catalog_entries</c>; times are Unix milliseconds.</summary>
internal sealed class EntryRow
{
    public required string Kind { get; init; }

    public required string Id { get; init; }

    public required byte[] Body { get; init; }

    public required string Revision { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required string UpdatedBy { get; init; }

    public static EntryRow From(StoredEntry entry, EntryCipher cipher) => new()
    {
        Kind = entry.Kind.Word(),
        Id = entry.Id,
        Body = cipher.Encrypt(entry.Kind, entry.Id, entry.Body.Span),
        Revision = entry.Revision,
        CreatedAt = entry.CreatedAt.ToUnixTimeMilliseconds(),
        UpdatedAt = entry.UpdatedAt.ToUnixTimeMilliseconds(),
        UpdatedBy = entry.UpdatedBy,
    };

    public StoredEntry ToEntry(EntryCipher cipher) => new()
    {
        Kind = EntryKinds.OfWord(Kind),
        Id = Id,
        Body = cipher.Decrypt(EntryKinds.OfWord(Kind), Id, Body),
        Revision = Revision,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
        UpdatedBy = UpdatedBy,
    };
}
