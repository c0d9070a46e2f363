using System.Buffers;
using System.Text.Json;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Takes the body of <c>PUT /admin/config</c> apart.</summary>
internal static class PostedEntries
{
    public static IEnumerable<(EntryKind Kind, string Id, ConfigurationNode Node)> Of(ConfigurationNode posted, Action<ConfigurationNode, string> wrong)
    {
        foreach (var kind in EntryKinds.All)
        {
            if (posted.Members.Find(member => member.Name == kind.Section())?.Value is not { } section) continue;
            foreach (var entry in kind == EntryKind.Model ? Models(section, wrong) : Named(kind, section, wrong)) yield return entry;
        }
    }

    /// <summary>True when an entry comes back as an answer showed it.</summary>
    public static bool IsAsShown(ConfigurationNode node, CatalogEntry entry)
    {
        var shown = Text(writer => EntryAnswer.Write(writer, entry, hasId: entry.Kind == EntryKind.Model));
        return shown.SequenceEqual(AsWritten(node));
    }

    /// <summary>True when <c>settings</c> come back as an answer showed them.</summary>
    public static bool IsAsShown(ConfigurationNode node, ConfigurationNode? file) =>
        Text(writer => ConfigAnswer.WriteSettings(writer, file)).SequenceEqual(AsWritten(node));

    private static IEnumerable<(EntryKind, string, ConfigurationNode)> Models(ConfigurationNode section, Action<ConfigurationNode, string> wrong)
    {
        if (section.Kind != ConfigurationNodeKind.Array) wrong(section, "must be a list of models: [ { \"modelId\": …, … } ].");
        foreach (var item in section.Items)
        {
            var id = item.Members.Find(static member => member.Name == "modelId")?.Value;
            if (id is { Kind: ConfigurationNodeKind.String, Text.Length: > 0 }) yield return (EntryKind.Model, id.Text, item);
            else wrong(item, "has no modelId. It is what a client asks for.");
        }
    }

    private static IEnumerable<(EntryKind, string, ConfigurationNode)> Named(EntryKind kind, ConfigurationNode section, Action<ConfigurationNode, string> wrong)
    {
        if (section.Kind != ConfigurationNodeKind.Object) wrong(section, "must be an object of names: { \"name\": { … } }.");
        return section.Members.Select(member => (kind, member.Name, member.Value));
    }

    private static byte[] AsWritten(ConfigurationNode node) => Text(writer => EntryText.WriteShown(writer, node, ShownKeys.All));

    private static byte[] Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, EntryText.Relaxed)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
