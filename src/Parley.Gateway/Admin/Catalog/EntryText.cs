using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Nodes as JSON: masked for answers, whole for the database.</summary>
internal static class EntryText
{
    /// <summary>Stands for a secret in answers; sent back, it keeps the one that is stored.</summary>
    public const string Mask = "***";

    /// <summary>The answer is JSON, never HTML: quotes and ampersands stay readable.</summary>
    public static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True when a text at this place is replaced by <see cref="Mask"/>. The name of a variable is no secret, its value is.</summary>
    public static bool IsMasked(ConfigurationNode text, ShownKeys place) => !place.IsShown && !IsVariable(Written(text));

    /// <summary>A string as it was written, before variables were put in.</summary>
    public static string Written(ConfigurationNode text) => text.Written ?? text.Text;

    /// <summary>A member by its name, in either spelling (<c>api_version</c>, <c>apiVersion</c>); null when there is none.</summary>
    public static ConfigurationNode? Member(ConfigurationNode? node, string name) =>
        node?.Members.Find(member => SectionReader.CamelCase(member.Name) == SectionReader.CamelCase(name))?.Value;

    /// <summary>Writes a value as an answer shows it.</summary>
    public static void WriteShown(Utf8JsonWriter writer, ConfigurationNode node, ShownKeys place)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                writer.WriteStartObject();
                WriteMembers(writer, node, place, without: null);
                writer.WriteEndObject();
                break;
            case ConfigurationNodeKind.Array:
                writer.WriteStartArray();
                foreach (var item in node.Items) WriteShown(writer, item, place);
                writer.WriteEndArray();
                break;
            case ConfigurationNodeKind.String:
                writer.WriteStringValue(IsMasked(node, place) ? Mask : Written(node));
                break;
            default:
                WritePlain(writer, node);
                break;
        }
    }

    /// <summary>Writes the members of an object as an answer shows them.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, ConfigurationNode node, ShownKeys place, string? without)
    {
        foreach (var member in node.Members)
        {
            if (member.Name == without) continue;
            writer.WritePropertyName(member.Name);
            WriteShown(writer, member.Value, place.Beneath(member.Name));
        }
    }

    /// <summary>A number as it was written, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public static void WritePlain(Utf8JsonWriter writer, ConfigurationNode node)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Number:
                writer.WriteRawValue(node.Text, skipInputValidation: true);
                break;
            case ConfigurationNodeKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteBooleanValue(node.Kind == ConfigurationNodeKind.True);
                break;
        }
    }

    // ${NAME} and nothing around it: what stands beside a variable may be a half of the secret.
    private static bool IsVariable(string text) =>
        text.Length > 3 && text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;
}
