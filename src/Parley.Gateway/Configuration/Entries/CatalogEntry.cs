using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Entries;

/// <summary>A provider, model or alias that is in use, with what was written for it and where.</summary>
/// <param name="Kind">Provider, model or alias.</param>
/// <param name="Id">Its name.</param>
/// <param name="Origin">Who wrote it.</param>
/// <param name="Place"><c>parley.json:12:5 models[2]</c>, for messages.</param>
/// <param name="Node">What was written; for a provider of the variables what the file would say in their place.</param>
internal sealed record CatalogEntry(EntryKind Kind, string Id, EntryOrigin Origin, string Place, ConfigurationNode Node)
{
    /// <summary>Its row; null for what the admin API did not make.</summary>
    public StoredEntry? Stored { get; init; }

    /// <summary>Why it is not in use; null when it is.</summary>
    public string? Error { get; init; }

    /// <summary>True when only an edit of a file changes it.</summary>
    public bool IsReadOnly => Origin is EntryOrigin.File or EntryOrigin.ModelsConfig;
}
