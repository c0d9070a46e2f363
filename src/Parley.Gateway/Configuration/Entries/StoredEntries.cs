using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;

namespace Parley.Gateway.Configuration.Entries;

/// <summary>
/// Reads the entries of the admin API beneath those of the files, by the same rules. Each is a document of its own, so that what is
/// wrong is told by its path inside the body that was posted. A name that a file has as well is the file's; that is a warning.
/// </summary>
internal sealed class StoredEntries(IReadOnlyList<StoredEntry> stored, IReadOnlyDictionary<string, string> variables, ConfigurationProblems problems)
{
    private readonly List<ShadowedName> _shadowed = [];

    /// <summary>What is not in use because a file has the name.</summary>
    public IReadOnlyList<ShadowedName> Shadowed => _shadowed;

    public void ReadProviders(ConfigurationDraft draft, string directory)
    {
        foreach (var entry in stored.Where(static entry => entry.Kind == EntryKind.Provider))
        {
            if (Begin(entry, draft.PlaceOf(EntryKind.Provider, entry.Id)) is not { } node)
                continue;
            var context = new ReadingContext(entry.Label, variables, problems);
            if (ProviderSection.Read(context, new ConfigurationMember(entry.Id, node.Line, node.Column, node), directory) is { } provider)
                draft.Providers.Add(entry.Id, provider);
            draft.Add(Listed(entry, node));
        }
    }

    public void ReadModels(ConfigurationDraft draft)
    {
        foreach (var entry in stored.Where(static entry => entry.Kind == EntryKind.Model))
        {
            if (Begin(entry, draft.PlaceOfFileName(entry.Id)) is not { } node)
                continue;
            draft.Add(Listed(entry, node));
            var context = new ReadingContext(entry.Label, variables, problems);
            if (new ModelSection(context, draft.Providers, lenient: false).Read(node) is not { } model)
                continue;
            var taken = model.Aliases.Where(alias => draft.PlaceOfFileName(alias) is not null).ToList();
            foreach (var alias in taken)
                Shadow(entry, alias, draft.PlaceOfFileName(alias)!);
            draft.AddModel(taken.Count == 0 ? model : model with { Aliases = [.. model.Aliases.Except(taken)] }, context, node, isFile: false);
        }
    }

    public void ReadAliases(ConfigurationDraft draft)
    {
        foreach (var entry in stored.Where(static entry => entry.Kind == EntryKind.Alias))
        {
            if (Begin(entry, draft.PlaceOfFileName(entry.Id)) is not { } node)
                continue;
            draft.Add(Listed(entry, node));
            var context = new ReadingContext(entry.Label, variables, problems);
            var member = new ConfigurationMember(entry.Id, node.Line, node.Column, node);
            if (AliasSection.Read(context, member) is { } alias)
                draft.AddAlias(alias, context, member, entry.Label, isFile: false);
        }
    }

    /// <summary>The names that entries refer to, when all of them are known.</summary>
    public void CheckReferences(ParleyConfig config, ConfigurationDraft draft)
    {
        foreach (var entry in draft.Entries.Where(static entry => entry.Origin == EntryOrigin.Admin))
        {
            var context = new ReadingContext(entry.Place, variables, problems);
            if (entry.Kind == EntryKind.Alias)
                ReferenceChecks.Alias(context, new ConfigurationMember(entry.Id, entry.Node.Line, entry.Node.Column, entry.Node), config, draft);
            else if (entry.Kind == EntryKind.Model)
                ReferenceChecks.LargerModel(context, entry.Node, draft);
        }
    }

    private static CatalogEntry Listed(StoredEntry entry, ConfigurationNode node) =>
        new(entry.Kind, entry.Id, EntryOrigin.Admin, entry.Label, node) { Stored = entry };

    // Null when a file has the name and wins, or the entry cannot be read; both have been told.
    private ConfigurationNode? Begin(StoredEntry entry, string? placeInFile)
    {
        if (placeInFile is null) return ConfigurationDocument.Parse(entry.Label, entry.Body, variables, problems);
        Shadow(entry, entry.Id, placeInFile);
        return null;
    }

    private void Shadow(StoredEntry entry, string name, string place)
    {
        _shadowed.Add(new ShadowedName(entry, name, place));
        problems.Warning(entry.Label, "", 0, 0, name == entry.Id
            ? $"is not in use, because {place} has that name and a file wins. Take it out of the file, or DELETE {entry.Label}."
            : $"does not answer to \"{name}\", because {place} has that name and a file wins. Take it out of one of them.");
    }
}
