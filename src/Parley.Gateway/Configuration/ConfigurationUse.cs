using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Hosting;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Configuration;

/// <summary>Puts a configuration in use, at the start and at every reload: snapshot, fixed keys, a word in the log.</summary>
internal sealed partial class ConfigurationUse : IDisposable
{
    private readonly SnapshotHolder _snapshots;
    private readonly TargetEvents _events;
    private readonly KeyIndex _keys;
    private ConfigurationResult _loaded;
    private readonly ParleyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ConfigurationWatcher? _watcher;

    public ConfigurationUse(
        SnapshotHolder snapshots, TargetEvents events, KeyIndex keys, ConfigurationResult loaded, ParleyOptions options, TimeProvider time, ILogger<ConfigurationUse> logger)
    {
        _snapshots = snapshots;
        _events = events;
        _keys = keys;
        _loaded = loaded;
        _options = options;
        _time = time;
        _logger = logger;
        Reloader = new ConfigurationReloader(options.Sources, Prepare, Reject);
    }

    internal ConfigurationReloader Reloader { get; }

    /// <summary>Uses what was loaded at the start, and follows the files from now on.</summary>
    internal void Start()
    {
        PrepareAtStart()();
        foreach (var warning in _loaded.Warnings) LogWarning(_logger, warning);
        LogLeftOut(_loaded);
        Reloader.Start(_loaded);
        _watcher = new ConfigurationWatcher(_options.Sources.Files, _time, ReloadAfterChange);
    }

    public void Dispose() => _watcher?.Dispose();

    /// <summary>Leaves out also those entries that load and cannot be used, such as a provider with a broken CA file.</summary>
    private Action PrepareAtStart()
    {
        try
        {
            return Prepare(_loaded.Config!);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var broken = _loaded.Entries.Where(static entry => entry is { Kind: EntryKind.Provider, Stored: not null, Error: null }).Select(Broken).OfType<LeftOutEntry>().ToList();
            var without = LenientLoad.Load(_options.Sources, _loaded.Stored, _loaded, static _ => true, [.. _loaded.LeftOut, .. broken]);
            if (broken.Count == 0 || without.Config is null) throw;
            _loaded = without;
            return Prepare(without.Config);
        }
    }

    private LeftOutEntry? Broken(CatalogEntry entry)
    {
        try
        {
            _snapshots.Compile(_loaded.Config! with { Providers = _loaded.Config.Providers.Where(pair => pair.Key == entry.Id).ToDictionary(StringComparer.Ordinal), Models = [], Aliases = [] });
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new LeftOutEntry(entry.Stored!, $"cannot be put in use: {e.Message}");
        }
    }

    private void LogLeftOut(ConfigurationResult result)
    {
        foreach (var entry in result.LeftOut) LogLeftOut(_logger, entry.ToString());
    }

    private Action Prepare(ParleyConfig config)
    {
        // Everything that can fail comes before the first change, and whether it is used is decided later: a configuration is in use whole or not at all.
        var snapshot = _snapshots.Compile(config);
        var environmentAdmin = _loaded.Variables.TryGetValue("PARLEY_ADMIN_KEY", out var value) && value.Length > 0 ? new Secret(value) : null;
        var useKeys = _keys.PrepareFixedKeys(config.Keys, environmentAdmin, out var wrong);
        if (useKeys is null) throw new ConfigurationException([.. wrong.Select(reason => new ConfigurationError("keys", "", 0, 0, reason))]);
        return () =>
        {
            useKeys();
            _events.NoteForgotten(_snapshots.Use(snapshot));
        };
    }

    private void ReloadAfterChange()
    {
        var result = Reloader.Reload();
        if (result.Config is null) return;
        LogReloaded(_logger, result.Config.Models.Count, result.Config.Providers.Count);
        foreach (var warning in result.Warnings) LogWarning(_logger, warning);
        LogLeftOut(result);
    }

    private void Reject(ConfigurationResult result)
    {
        foreach (var error in result.Errors) LogError(_logger, error);
        LogKept(_logger, result.Errors.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Configuration reloaded: {Models} models, {Providers} providers")]
    private static partial void LogReloaded(ILogger logger, int models, int providers);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Error}")]
    private static partial void LogError(ILogger logger, ConfigurationError error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Entry}")]
    private static partial void LogLeftOut(ILogger logger, string entry);

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed configuration has {Count} errors and is not used; the former one stays in use")]
    private static partial void LogKept(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
