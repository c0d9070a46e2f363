using Parley.Gateway.Configuration.Entries;

namespace Parley.Gateway.Configuration;

/// <summary>
/// Loads again and hands on what is good. What is bad is reported and changes nothing: the last good configuration stays in use.
/// Reloads and writes of the admin API run one at a time.
/// </summary>
/// <param name="sources">What is read, at every load.</param>
/// <param name="prepare">
/// Checks that a good configuration can be used, and returns what puts it in place, which cannot fail. When it throws, the load
/// counts as bad, with the exception's message.
/// </param>
/// <param name="rejected">Told of every bad load of the files.</param>
#pragma warning disable CA1001 // The semaphore holds nothing while nobody asks for its wait handle, and a reload may still run, and release it, when the host stops.
public sealed class ConfigurationReloader(
    ConfigurationSources sources, Func<ParleyConfig, Action> prepare, Action<ConfigurationResult> rejected)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ConfigurationResult? _current;

    /// <summary>The last good load; null before <see cref="Reload"/> or <see cref="Start"/> succeeded once.</summary>
    public ConfigurationResult? Current => _current;

    /// <summary>Begins with a load that is in use already.</summary>
    public void Start(ConfigurationResult loaded) => _current = loaded;

    /// <summary>Loads once more, with the admin API's entries as they are. One load runs at a time; a second caller waits and loads again.</summary>
    /// <returns>What was loaded: in use when it has no errors.</returns>
    public ConfigurationResult Reload()
    {
        _turn.Wait();
        try
        {
            var result = Reloaded(out var use);
            if (result.Config is null)
                rejected(result);
            else
                Use(result, use);
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    // The watcher calls from a timer, where an exception would end the process: whatever a file brings about, the load is a bad one.
    private ConfigurationResult Reloaded(out Action? use)
    {
        try
        {
            return Load(Strict(), _current?.Stored ?? [], sameFiles: null, sources.Label(sources.ConfigFile), out use);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            use = null;
            var message = $"cannot be read, for a reason that is not foreseen ({e.GetType().Name}: {e.Message}) Undo the last change of it, and report this.";
            return new ConfigurationResult { Errors = [new ConfigurationError(sources.Label(sources.ConfigFile), "", 0, 0, message)] };
        }
    }

    /// <summary>
    /// Does one write of the admin API: it is judged against the files that are in use, stored, and in use when this returns. The
    /// caller's leaving ends it only before it is stored.
    /// </summary>
    internal async Task ChangeAsync(ConfigurationChange change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Not on the thread that brought the request: with thousands of entries a load takes a moment.
            await Task.Run(RunAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        async Task RunAsync()
        {
            var current = _current ?? throw new InvalidOperationException("No configuration is in use yet.");
            if (change.Plan(current) is not { } entries)
                return;
            var future = Load(sources, entries, sameFiles: current, change.Label, out var use);
            if (!change.Accepts(current, future))
                return;
            await change.StoreAsync(cancellationToken).ConfigureAwait(false);
            Use(future, use);
        }
    }

    /// <summary>
    /// What was left out at the start is tried again, and is in use when it has become good. While it has not, it stands in nobody's way:
    /// what loads without it is good.
    /// </summary>
    /// <param name="from">The files and variables.</param>
    /// <param name="stored">The entries of the admin API.</param>
    /// <param name="sameFiles">An earlier load whose files are taken; null to read them.</param>
    /// <param name="label">What is changed, for an error of putting it in use: the file, or an entry.</param>
    /// <param name="use">Puts it in use.</param>
    private ConfigurationResult Load(ConfigurationSources from, IReadOnlyList<StoredEntry> stored, ConfigurationResult? sameFiles, string label, out Action? use)
    {
        var leftOut = _current?.LeftOut ?? [];
        var result = Prepared(LenientLoad.Load(from, stored, sameFiles, IsLeftOut, []), label, out use);
        return result.Config is null && stored.Any(IsLeftOut)
            ? Prepared(LenientLoad.Load(from, stored, result, IsLeftOut, leftOut), label, out use)
            : result;

        bool IsLeftOut(StoredEntry entry) => leftOut.Any(known => known.Entry == entry);
    }

    private void Use(ConfigurationResult result, Action? use)
    {
        use?.Invoke();
        _current = result;
    }

    private ConfigurationResult Prepared(ConfigurationResult result, string label, out Action? use)
    {
        use = null;
        if (result.Config is not { } config)
            return result;
        try
        {
            use = prepare(config);
            return result;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var error = new ConfigurationError(label, "", 0, 0, $"cannot be put in use: {e.Message}");
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
