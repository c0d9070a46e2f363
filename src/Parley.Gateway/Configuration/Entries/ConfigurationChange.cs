namespace Parley.Gateway.Configuration.Entries;

/// <summary>One write of the admin API, in the steps in which it is done while no other write and no reload runs.</summary>
internal abstract class ConfigurationChange
{
    /// <summary>How messages call it: the path that was written to.</summary>
    public abstract string Label { get; }

    /// <summary>Says what the entries would be; null when there is nothing to do, which the change itself remembers as refused or done.</summary>
    public abstract IReadOnlyList<StoredEntry>? Plan(ConfigurationResult current);

    /// <summary>Judges the load with those entries, which has errors or could be in use at once; false when it is refused.</summary>
    public abstract bool Accepts(ConfigurationResult current, ConfigurationResult future);

    /// <summary>Writes them down. When it throws, nothing changes.</summary>
    public abstract Task StoreAsync(CancellationToken cancellationToken);
}
