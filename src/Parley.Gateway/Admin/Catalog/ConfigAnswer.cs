using System.Text.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary><c>GET /admin/config</c>: the whole configuration in the form of the file, secrets masked; what is no catalogue stands under <c>settings</c>.</summary>
internal static class ConfigAnswer
{
    public static void Write(Utf8JsonWriter writer, ConfigurationResult current)
    {
        writer.WriteStartObject();
        foreach (var kind in EntryKinds.All)
        {
            var isList = kind == EntryKind.Model;
            writer.WritePropertyName(kind.Section());
            if (isList) writer.WriteStartArray();
            else writer.WriteStartObject();
            foreach (var entry in current.Entries.Where(entry => entry.Kind == kind))
            {
                if (!isList) writer.WritePropertyName(entry.Id);
                EntryAnswer.Write(writer, entry, hasId: isList);
            }

            if (isList) writer.WriteEndArray();
            else writer.WriteEndObject();
        }

        writer.WritePropertyName("settings");
        WriteSettings(writer, current.File);
        writer.WriteEndObject();
    }

    /// <summary>The sections of the file beside the catalogue.</summary>
    public static void WriteSettings(Utf8JsonWriter writer, ConfigurationNode? file)
    {
        writer.WriteStartObject();
        foreach (var member in file?.Members ?? [])
        {
            if (EntryKinds.All.Any(kind => kind.Section() == member.Name)) continue;
            writer.WritePropertyName(member.Name);
            EntryText.WriteShown(writer, member.Value, ShownKeys.Settings.Beneath(member.Name));
        }

        writer.WriteEndObject();
    }
}
