namespace Parley.Gateway.Configuration;

/// <summary>
/// Loads again and hands on what is good. What is bad is reported and changes nothing: the last good configuration stays in use.
/// </summary>
/// <param name="sources">What is read, at every load.</param>
/// <param name="apply">Puts a good configuration in place. When it throws, the load counts as bad, with the exception's message.</param>
/// <param name="rejected">Told of every bad load.</param>
public sealed class ConfigurationReloader(
    ConfigurationSources sources, Action<ParleyConfig> apply, Action<ConfigurationResult> rejected)
{
    private readonly Lock _lock = new();
    private ConfigurationResult? _current;

    /// <summary>The last good load; null before <see cref="Reload"/> or <see cref="Start"/> succeeded once.</summary>
    public ConfigurationResult? Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    /// <summary>Begins with a load that is in use already.</summary>
    public void Start(ConfigurationResult loaded)
    {
        lock (_lock)
            _current = loaded;
    }

    /// <summary>Loads once more. One load runs at a time; a second caller waits and loads again.</summary>
    /// <returns>What was loaded: in use when it has no errors.</returns>
    public ConfigurationResult Reload()
    {
        lock (_lock)
        {
            var result = ConfigurationLoader.Load(Strict());
            if (result.Config is { } config)
                result = Apply(result, config);
            if (result.Config is null)
                rejected(result);
            else
                _current = result;
            return result;
        }
    }

    private ConfigurationResult Apply(ConfigurationResult result, ParleyConfig config)
    {
        try
        {
            apply(config);
            return result;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var error = new ConfigurationError(sources.Label(sources.ConfigFile), "", 0, 0, $"cannot be put in use: {e.Message}");
            return result with { Config = null, Errors = [error] };
        }
    }

    /// <summary>A file that was read before must be there: without this, a file that is gone for a moment would empty the gateway.</summary>
    private ConfigurationSources Strict()
    {
        var files = _current?.LoadedFiles ?? [];
        return sources with
        {
            ConfigNamed = sources.ConfigNamed || files.Contains(sources.ConfigFile),
            ModelsNamed = sources.ModelsNamed || files.Contains(sources.ModelsFile),
        };
    }
}
