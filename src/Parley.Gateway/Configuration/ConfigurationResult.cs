using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration;

/// <summary>What a load gave. <see cref="Config"/> is there exactly when <see cref="Errors"/> is empty.</summary>
public sealed record ConfigurationResult
{
    /// <summary>The configuration, or null when there are errors.</summary>
    public ParleyConfig? Config { get; init; }

    /// <summary>All that is wrong, in file order.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; init; } = [];

    /// <summary>What is accepted but probably not meant; to be logged.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The environment with the values of <c>.env</c> beneath it: what the rest of the program reads its variables from. Holds secrets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Full paths of the configuration files that were there and were read (<c>.env</c> not among them).</summary>
    public IReadOnlyList<string> LoadedFiles { get; init; } = [];

    /// <summary>Providers, models and aliases as they are written, of every origin.</summary>
    internal IReadOnlyList<CatalogEntry> Entries { get; init; } = [];

    /// <summary>The entries of the admin API that the load was given, in use or not.</summary>
    internal IReadOnlyList<StoredEntry> Stored { get; init; } = [];

    /// <summary>Names of <see cref="Stored"/> that a file has as well.</summary>
    internal IReadOnlyList<ShadowedName> Shadowed { get; init; } = [];

    /// <summary>Those of <see cref="Stored"/> that have errors and were left out at the start, until they are mended.</summary>
    internal IReadOnlyList<LeftOutEntry> LeftOut { get; init; } = [];

    /// <summary>The configuration file; null when there is none.</summary>
    internal ConfigurationNode? File { get; init; }

    /// <summary>What was read of each file (null: it was not there), so that a change of an entry is judged against the files that are in use.</summary>
    internal IReadOnlyDictionary<string, byte[]?> FileBytes { get; init; } = new Dictionary<string, byte[]?>();

    /// <summary>The entry of that name, whoever wrote it; null when there is none.</summary>
    internal CatalogEntry? Find(EntryKind kind, string id) =>
        Entries.FirstOrDefault(entry => entry.Kind == kind && string.Equals(entry.Id, id, StringComparison.Ordinal));
}
