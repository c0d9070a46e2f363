using System.Text.Json;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>An entry as an answer shows it: its configuration with secrets masked, and where it comes from.</summary>
internal static class EntryAnswer
{
    /// <summary>With its id, as single entries and lists show it.</summary>
    public static void Write(Utf8JsonWriter writer, CatalogEntry entry) => Write(writer, entry, hasId: true);

    /// <param name="writer">Where.</param>
    /// <param name="entry">What.</param>
    /// <param name="hasId">False where the id stands before the entry, as in the file.</param>
    public static void Write(Utf8JsonWriter writer, CatalogEntry entry, bool hasId)
    {
        var key = entry.Kind.IdKey();
        writer.WriteStartObject();
        if (hasId) writer.WriteString(key, entry.Id);
        if (entry.Node.Kind == ConfigurationNodeKind.Object)
        {
            EntryText.WriteMembers(writer, entry.Node, ShownKeys.Of(entry.Kind), without: key);
        }
        else
        {
            // The short form of an alias.
            writer.WritePropertyName("model");
            EntryText.WriteShown(writer, entry.Node, ShownKeys.Of(entry.Kind).Beneath("model"));
        }

        if (entry.Error is not null) writer.WriteString("error", entry.Error);
        writer.WriteString("origin", Word(entry.Origin));
        writer.WriteBoolean("readOnly", entry.IsReadOnly);
        if (entry.Stored is { } stored)
        {
            writer.WriteString("updatedAt", stored.UpdatedAt);
            writer.WriteString("updatedBy", stored.UpdatedBy);
        }
        else
        {
            writer.WriteNull("updatedAt");
            writer.WriteNull("updatedBy");
        }

        writer.WriteEndObject();
    }

    private static string Word(EntryOrigin origin) => origin switch
    {
        EntryOrigin.File => "file",
        EntryOrigin.ModelsConfig => "models_config",
        EntryOrigin.Variables => "variables",
        _ => "admin",
    };
}
