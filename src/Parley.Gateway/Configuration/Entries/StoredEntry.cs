namespace Parley.Gateway.Configuration.Entries;

/// <summary>An entry that was made over the admin API, as the database keeps it.</summary>
internal sealed record StoredEntry
{
    public required EntryKind Kind { get; init; }

    /// <summary>The provider's or alias's name, or the model's id.</summary>
    public required string Id { get; init; }

    /// <summary>JSON exactly as the file would hold it: what stands behind a provider's or alias's name, or an entry of <c>models</c>. It may hold secrets.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The id of the key that wrote it last.</summary>
    public required string UpdatedBy { get; init; }

    /// <summary>Another one after every change, never used twice: what <c>If-Match</c> is compared by.</summary>
    public required string Revision { get; init; }

    /// <summary>How messages call it: the path that changes it.</summary>
    public string Label => LabelOf(Kind, Id);

    public static string LabelOf(EntryKind kind, string id) => $"/admin/{kind.Section()}/{id}";

    public bool Is(EntryKind kind, string id) => Kind == kind && string.Equals(Id, id, StringComparison.Ordinal);

    /// <summary>Without the body: it may hold secrets, and a record prints all it has.</summary>
    public override string ToString() => Label;
}
