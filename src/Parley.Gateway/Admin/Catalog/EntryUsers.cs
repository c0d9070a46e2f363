using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Who needs an entry that is to be deleted, in words.</summary>
internal static class EntryUsers
{
    // More names than this help nobody.
    private const int MostNamed = 5;

    /// <param name="current">What is in use.</param>
    /// <param name="kind">The kind of the entry.</param>
    /// <param name="id">Its name.</param>
    /// <param name="future">The load without it.</param>
    public static List<string> Of(ConfigurationResult current, EntryKind kind, string id, ConfigurationResult future)
    {
        // Variables may have a provider of that name too, or a file: then nothing is missing.
        if (future.Config is not null && future.Find(kind, id) is not null) return [];
        var config = current.Config!;
        List<string> users = kind switch
        {
            EntryKind.Provider => [.. UsersOfProvider(config, id)],
            EntryKind.Model => [.. UsersOfNames(config, config.Models.FirstOrDefault(model => model.ModelId == id) is { } model ? [id, .. model.Aliases] : [id])],
            _ => [.. UsersOfNames(config, [id])],
        };
        // What else the load without it says, such as defaults.model of the file.
        if (users.Count == 0) users.AddRange(future.Errors.Select(static error => $"{error.File} {error.Path}".TrimEnd()));
        return users.Count <= MostNamed ? users : [.. users.Take(MostNamed), $"{users.Count - MostNamed} more"];
    }

    private static IEnumerable<string> UsersOfProvider(ParleyConfig config, string name)
    {
        foreach (var model in config.Models.Where(model => model.Targets.Any(target => target.Provider == name)))
            yield return $"the model '{model.ModelId}'";
        foreach (var alias in config.Aliases.Where(alias => alias.Shares.Any(share => LeadsTo(config, share.Model, name))))
            yield return $"the alias '{alias.Name}'";
        if (config.DefaultFilesProvider == name) yield return "defaults.files";
        if (config.DefaultModel is { } first && LeadsTo(config, first, name)) yield return "defaults.model";
    }

    // A name of the catalogue is looked up before provider/upstream-model, whatever it begins with.
    private static bool LeadsTo(ParleyConfig config, string model, string provider) =>
        model.StartsWith(provider + "/", StringComparison.Ordinal)
        && !config.Aliases.Any(alias => alias.Name == model)
        && !config.Models.SelectMany(static entry => entry.Aliases.Prepend(entry.ModelId)).Any(name => name == model || WildcardName.Matches(name, model));

    private static IEnumerable<string> UsersOfNames(ParleyConfig config, IReadOnlyList<string> names)
    {
        foreach (var alias in config.Aliases.Where(alias => alias.Shares.Any(share => names.Contains(share.Model))))
            yield return $"the alias '{alias.Name}'";
        foreach (var model in config.Models.Where(model => model.Retry.ContextLengthModel is { } longer && names.Contains(longer)))
            yield return $"the model '{model.ModelId}' (retry.contextLengthModel)";
    }
}
