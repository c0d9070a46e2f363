using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Hosting;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Configuration;

/// <summary>Puts a configuration in use, at the start and at every reload: snapshot, fixed keys, a word in the log.</summary>
internal sealed partial class ConfigurationUse : IDisposable
{
    private readonly SnapshotHolder _snapshots;
    private readonly TargetEvents _events;
    private readonly KeyIndex _keys;
    private readonly ConfigurationResult _loaded;
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
        Prepare(_loaded.Config!)();
        foreach (var warning in _loaded.Warnings) LogWarning(_logger, warning);
        Reloader.Start(_loaded);
        _watcher = new ConfigurationWatcher(_options.Sources.Files, _time, ReloadAfterChange);
    }

    public void Dispose() => _watcher?.Dispose();

    private Action Prepare(ParleyConfig config)
    {
        // Everything that can fail comes before the first change: a configuration is in use whole or not at all.
        var snapshot = _snapshots.Compile(config);
        var environmentAdmin = _loaded.Variables.TryGetValue("PARLEY_ADMIN_KEY", out var value) && value.Length > 0 ? new Secret(value) : null;
        var wrong = _keys.SetFixedKeys(config.Keys, environmentAdmin);
        if (wrong.Count > 0) throw new ConfigurationException([.. wrong.Select(reason => new ConfigurationError("keys", "", 0, 0, reason))]);
        return () => _events.NoteForgotten(_snapshots.Use(snapshot));
    }

    private void ReloadAfterChange()
    {
        var result = Reloader.Reload();
        if (result.Config is null) return;
        LogReloaded(_logger, result.Config.Models.Count, result.Config.Providers.Count);
        foreach (var warning in result.Warnings) LogWarning(_logger, warning);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed configuration has {Count} errors and is not used; the former one stays in use")]
    private static partial void LogKept(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
