using Microsoft.Extensions.Primitives;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>
/// <c>PUT /admin/config</c>: what is posted are all entries of the admin API from now on. What <c>GET</c> showed of the files and
/// variables may come back with it, as long as it is unchanged.
/// </summary>
internal sealed class ReplaceEntries(ConfigurationNode posted, StringValues ifMatch, EntryWriter by) : EntryChange(by)
{
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<StoredEntry> _entries = [];
    private List<StoredEntry> _written = [];
    private List<StoredEntry> _deleted = [];

    /// <summary>What is in use now; null when it was refused.</summary>
    public ConfigurationResult? Result { get; private set; }

    /// <summary>Labels of the entries that were made or changed.</summary>
    public IEnumerable<string> Written => _written.Select(static entry => entry.Label);

    /// <summary>Labels of the entries that are gone.</summary>
    public IEnumerable<string> Deleted => _deleted.Select(static entry => entry.Label);

    public override string Label => "/admin/config";

    public override IReadOnlyList<StoredEntry>? Plan(ConfigurationResult current)
    {
        if (!EntryTag.Matches(ifMatch, EntryTag.Of(current))) return Refuse(EntryRefusals.Changed());
        foreach (var member in posted.Members)
        {
            if (EntryKinds.All.Any(kind => kind.Section() == member.Name)) continue;
            if (member.Name != "settings") Wrong(member.Value, "unknown key. Known here: providers, models, aliases.");
            else if (!PostedEntries.IsAsShown(member.Value, current.File)) Wrong(member.Value, "can be changed only in the configuration file. Send it back as it was, or leave it out.");
        }

        foreach (var (kind, id, node) in PostedEntries.Of(posted, Wrong))
        {
            if (!_places.TryAdd(StoredEntry.LabelOf(kind, id), node.Path))
                Wrong(node, $"\"{id}\" is written twice. Keep one of them.");
            else if (!Add(current, kind, id, node))
                return null;
        }

        if (_errors.Count > 0) return Refuse(EntryRefusals.Invalid(_errors, static error => error.Path));
        _written = [.. _entries.Except(current.Stored)];
        _deleted = [.. current.Stored.Where(old => !_entries.Exists(entry => entry.Is(old.Kind, old.Id)))];
        // Those that stay first and in their order, as the database has them: after a restart the first model is the same one.
        var order = current.Stored.Select(static (entry, index) => (entry.Label, index)).ToDictionary(static pair => pair.Label, static pair => pair.index);
        return Bounded([.. _entries.OrderBy(entry => order.GetValueOrDefault(entry.Label, int.MaxValue))]);
    }

    public override bool Accepts(ConfigurationResult current, ConfigurationResult future)
    {
        if (!Judge(future, _places, _written)) return false;
        Result = future;
        return true;
    }

    public override Task StoreAsync(CancellationToken cancellationToken) => SaveAsync(_written, _deleted, cancellationToken);

    /// <summary>False when the whole change is refused.</summary>
    private bool Add(ConfigurationResult current, EntryKind kind, string id, ConfigurationNode node)
    {
        var existing = current.Find(kind, id);
        if (existing is { Stored: null })
        {
            if (PostedEntries.IsAsShown(node, existing))
            {
                // Beneath the file's entry, which alone was shown, may lie one of the API: who sends back what GET showed deletes nothing.
                if (current.Stored.FirstOrDefault(entry => entry.Is(kind, id)) is { } hidden) _entries.Add(hidden);
                return true;
            }

            if (existing.IsReadOnly) return Refuse(EntryRefusals.ReadOnly(existing)) is not null;
        }

        var before = existing?.Stored;
        var body = EntryBody.Make(kind, id, node, before is null ? null : existing!.Node, out var errors);
        _errors.AddRange(errors);
        // What is as it was keeps its revision and who wrote it.
        _entries.Add(before is not null && before.Body.Span.SequenceEqual(body) ? before : Row(kind, id, body, before));
        return true;
    }

    private void Wrong(ConfigurationNode node, string message) => _errors.Add(new ConfigurationError("", node.Path, node.Line, node.Column, message));
}
