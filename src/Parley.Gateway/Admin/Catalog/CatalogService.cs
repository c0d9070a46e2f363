using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Reads and writes the catalogue for the admin API. When a write returns without an error, it is stored and in use.</summary>
internal sealed partial class CatalogService(ConfigurationUse configuration, EntryStore store, TimeProvider time, ILogger<CatalogService> logger)
{
    /// <summary>What is in use.</summary>
    public ConfigurationResult Current => configuration.Reloader.Current ?? throw new InvalidOperationException("No configuration is in use yet.");

    /// <summary>Makes an entry, or replaces one.</summary>
    public async Task<PutEntry> PutAsync(
        EntryKind kind, string id, ConfigurationNode posted, StringValues ifMatch, bool mustBeNew, Caller caller, CancellationToken cancellationToken)
    {
        var change = new PutEntry(kind, id, posted, ifMatch, mustBeNew, By(caller));
        await configuration.Reloader.ChangeAsync(change, cancellationToken).ConfigureAwait(false);
        if (change.Entry is not { } entry) return change;
        var keys = Keys(entry.Node);
        LogWritten(entry.Place, change.IsNew ? "made" : "changed", keys, caller.KeyId);
        return change;
    }

    /// <summary>Deletes an entry; null when it is gone.</summary>
    public async Task<GatewayError?> DeleteAsync(EntryKind kind, string id, StringValues ifMatch, Caller caller, CancellationToken cancellationToken)
    {
        var change = new DeleteEntry(kind, id, ifMatch, By(caller));
        await configuration.Reloader.ChangeAsync(change, cancellationToken).ConfigureAwait(false);
        if (change.Error is not null) return change.Error;
        var label = StoredEntry.LabelOf(kind, id);
        LogDeleted(label, caller.KeyId);
        return null;
    }

    /// <summary>Puts other entries in the place of all that the admin API made.</summary>
    public async Task<ReplaceEntries> ReplaceAsync(ConfigurationNode posted, StringValues ifMatch, Caller caller, CancellationToken cancellationToken)
    {
        var change = new ReplaceEntries(posted, ifMatch, By(caller));
        await configuration.Reloader.ChangeAsync(change, cancellationToken).ConfigureAwait(false);
        if (change.Error is not null) return change;
        foreach (var label in change.Written) LogReplaced(label, caller.KeyId);
        foreach (var label in change.Deleted) LogDeleted(label, caller.KeyId);
        return change;
    }

    private EntryWriter By(Caller caller) => new(caller.KeyId, store, time);

    // Names of keys only: their values may be secrets.
    private static string Keys(ConfigurationNode node) => string.Join(", ", node.Members.Select(static member => member.Name));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Entry} was {What} with {Keys} by key {Key}, and is in use")]
    private partial void LogWritten(string entry, string what, string keys, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Entry} was written with PUT /admin/config by key {Key}, and is in use")]
    private partial void LogReplaced(string entry, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Entry} was deleted by key {Key}")]
    private partial void LogDeleted(string entry, string key);
}
