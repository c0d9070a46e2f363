namespace Parley.Gateway.Configuration.Entries;

/// <summary>An entry of the admin API that could not be used at the start and is kept for whoever mends it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Reason">What is wrong with it, by its path inside the entry.</param>
internal sealed record LeftOutEntry(StoredEntry Entry, string Reason)
{
    /// <summary>For the log, and the warnings of a reload.</summary>
    public override string ToString() =>
        $"{Entry.Label} is left out: {Reason} Everything else runs. Mend what it says, or PUT or DELETE {Entry.Label}; POST /admin/reload tries it again.";
}
