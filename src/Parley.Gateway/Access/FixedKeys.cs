using System.Globalization;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Access;

/// <summary>Turns the keys of the file (<c>keys</c>) and <c>PARLEY_ADMIN_KEY</c> into records, or into a list of what is wrong with them.</summary>
internal static class FixedKeys
{
    /// <summary>The id of the environment's admin key.</summary>
    public const string EnvironmentId = "env:admin";

    /// <summary>What the id of a file's key begins with.</summary>
    public const string FilePrefix = "file:";

    /// <summary>All errors are reported at once; a message names the place, never the value.</summary>
    public static IReadOnlyList<KeyRecord> Compile(
        IReadOnlyList<FixedKeyConfig> keys,
        Secret? environmentAdmin,
        KeyHasher hasher,
        out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        var records = new List<KeyRecord>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new Dictionary<KeyDigest, string>();
        if (environmentAdmin is not null)
        {
            Add(environmentAdmin, "PARLEY_ADMIN_KEY", new FixedKeyConfig { Name = "PARLEY_ADMIN_KEY", Role = KeyRole.Admin, Key = environmentAdmin }, EnvironmentId);
        }

        for (var i = 0; i < keys.Count; i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"keys[{i}]");
            if (KeyRules.NameProblem(keys[i].Name) is { } problem) found.Add($"{place}.name: {problem}");
            else if (!names.Add(keys[i].Name)) found.Add($"{place}.name: another key of the file is named '{keys[i].Name}' too");
            if (KeyRules.PriorityProblem(keys[i].Priority) is { } outside) found.Add($"{place}.priority: {outside}");
            Add(keys[i].Key, place + ".key", keys[i], FilePrefix + keys[i].Name);
        }

        errors = found;
        return records;

        void Add(Secret key, string place, FixedKeyConfig config, string id)
        {
            var value = key.Reveal();
            if (KeyValue.Problem(value) is { } problem || !hasher.TryHash(value, out var digest))
            {
                found.Add($"{place}: {KeyValue.Problem(value)}");
                return;
            }

            if (!places.TryAdd(digest, place))
            {
                found.Add($"{place}: {places[digest]} has the same value; a key has one name and one role");
                return;
            }

            records.Add(new KeyRecord
            {
                Id = id,
                Name = config.Name,
                Role = config.Role,
                Models = config.Models,
                Providers = config.Providers,
                Tools = config.Tools,
                Priority = config.Priority,
                ExpiresAt = config.ExpiresAt,
                CreatedBy = id == EnvironmentId ? "environment" : "file",
                LastFour = KeyValue.LastFour(value),
                Digest = digest,
                PepperId = hasher.PepperId,
                Source = id == EnvironmentId ? KeySource.Environment : KeySource.File,
            });
        }
    }
}
