using System.Buffers;
using System.Text.Json;

namespace Parley.Gateway.Configuration.Reading;

/// <summary>A value of a configuration file as JSON again, with the variables put in.</summary>
internal static class ConfigurationJson
{
    public static ReadOnlyMemory<byte> Of(ConfigurationNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, node);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, ConfigurationNode node)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                writer.WriteStartObject();
                foreach (var member in node.Members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case ConfigurationNodeKind.Array:
                writer.WriteStartArray();
                foreach (var item in node.Items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case ConfigurationNodeKind.String:
                writer.WriteStringValue(node.Text);
                break;
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
}
