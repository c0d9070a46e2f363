using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Entries;

/// <summary>
/// Loads without the entries of the admin API that have errors. A start must not fail by one of them: nobody could mend it, because the
/// API that changes it would not run. The files' own errors stay errors.
/// </summary>
internal static class LenientLoad
{
    /// <param name="sources">The files and variables.</param>
    /// <param name="stored">All entries.</param>
    /// <param name="sameFiles">An earlier load whose files are taken; null to read them.</param>
    /// <param name="mayBeLeftOut">Says which entries may be; an error in another one is an error of the load.</param>
    /// <param name="without">Left out whatever this load says of them.</param>
    public static ConfigurationResult Load(
        ConfigurationSources sources, IReadOnlyList<StoredEntry> stored, ConfigurationResult? sameFiles, Func<StoredEntry, bool> mayBeLeftOut, IReadOnlyList<LeftOutEntry> without)
    {
        var leftOut = without.Where(entry => stored.Contains(entry.Entry)).ToList();
        var given = sameFiles;
        while (true)
        {
            var gone = leftOut.Select(static entry => entry.Entry).ToHashSet();
            // A variable's provider must not come into the place of one that is left out: its traffic would go to somebody else.
            var taken = gone.Where(static entry => entry.Kind == EntryKind.Provider).Select(static entry => entry.Id).ToHashSet(StringComparer.Ordinal);
            var result = ConfigurationLoader.Load(sources, [.. stored.Where(entry => !gone.Contains(entry))], given, taken);
            given = result;
            // Those that refer to what is left out have errors in the next round.
            var found = stored.Where(entry => !gone.Contains(entry) && mayBeLeftOut(entry))
                .Join(result.Errors.DistinctBy(static error => error.File), static entry => entry.Label, static error => error.File, static (entry, error) => new LeftOutEntry(entry, Reason(error)))
                .ToList();
            if (found.Count == 0) return With(result, stored, leftOut);
            leftOut.AddRange(found);
        }
    }

    private static ConfigurationResult With(ConfigurationResult result, IReadOnlyList<StoredEntry> stored, List<LeftOutEntry> leftOut) => result with
    {
        Stored = stored,
        LeftOut = leftOut,
        Entries = [.. result.Entries, .. leftOut.Select(Listed)],
        // A file may need what is left out; then both are worth knowing.
        Errors = result.Errors.Count == 0 ? [] : [.. result.Errors, .. leftOut.Select(static entry => new ConfigurationError(entry.Entry.Label, "", 0, 0, entry.Reason))],
    };

    private static string Reason(ConfigurationError error) => error.Path.Length > 0 ? $"{error.Path}: {error.Message}" : error.Message;

    private static CatalogEntry Listed(LeftOutEntry leftOut)
    {
        var (entry, label) = (leftOut.Entry, leftOut.Entry.Label);
        var node = ConfigurationDocument.Parse(label, entry.Body, variables: null, new ConfigurationProblems()) ?? new ConfigurationNode(ConfigurationNodeKind.Object, "", 0, 0);
        return new CatalogEntry(entry.Kind, entry.Id, EntryOrigin.Admin, label, node) { Stored = entry, Error = leftOut.Reason };
    }
}
