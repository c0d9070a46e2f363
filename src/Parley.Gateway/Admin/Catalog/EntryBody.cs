using System.Buffers;
using System.Text.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Makes what is stored of what was posted: without the members that only answers have, and with the stored secrets where a mask came back.</summary>
internal sealed class EntryBody
{
    private static readonly string[] AnswerOnly = ["error", "origin", "readOnly", "updatedAt", "updatedBy"];

    private const string NoVariable =
        "takes no variable over the admin API: its value would be shown or sent where no secret belongs. Write the value itself here; "
        + "${NAME} is for credentials (apiKey, auth.value, …), and for the configuration file. A literal ${ is written $${.";

    private readonly List<ConfigurationError> _errors = [];

    private readonly bool _isElsewhere;

    private EntryBody(bool isElsewhere) => _isElsewhere = isElsewhere;

    /// <summary>The body as the file would hold it.</summary>
    /// <param name="kind">Decides where the id belongs and what is a secret.</param>
    /// <param name="id">The entry's id.</param>
    /// <param name="posted">What came.</param>
    /// <param name="before">What is stored; null for a new entry.</param>
    /// <param name="errors">Masks that stand for nothing or for a secret of another address, and variables where none may be.</param>
    public static byte[] Make(EntryKind kind, string id, ConfigurationNode posted, ConfigurationNode? before, out IReadOnlyList<ConfigurationError> errors)
    {
        var body = new EntryBody(kind == EntryKind.Provider && before is not null && EntryAddress.Differs(posted, before));
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, EntryText.Relaxed))
        {
            body.CheckId(kind, id, posted);
            if (posted.Kind == ConfigurationNodeKind.Object) body.WriteObject(writer, kind, id, posted, before);
            // The short form of an alias stands for its model.
            else body.Write(writer, posted, before, kind == EntryKind.Alias ? ShownKeys.Of(kind).Beneath("model") : ShownKeys.Of(kind));
        }

        errors = body._errors;
        return buffer.WrittenSpan.ToArray();
    }

    // A model's id would be expanded like any other text, and the entry then answer to another name than its own.
    private void CheckId(EntryKind kind, string id, ConfigurationNode posted)
    {
        if (!id.Contains("${", StringComparison.Ordinal)) return;
        var isInside = kind == EntryKind.Model || posted.Path.Length == 0;
        var path = isInside ? ConfigurationDocument.Join(posted.Path, kind.IdKey()) : posted.Path;
        _errors.Add(new ConfigurationError("", path, posted.Line, posted.Column, $"a name takes no variable. Write the {kind.IdKey()} without ${{…}}."));
    }

    private void WriteObject(Utf8JsonWriter writer, EntryKind kind, string id, ConfigurationNode posted, ConfigurationNode? before)
    {
        writer.WriteStartObject();
        if (kind == EntryKind.Model) writer.WriteString(kind.IdKey(), id);
        foreach (var member in posted.Members)
        {
            if (member.Name == kind.IdKey() || AnswerOnly.Contains(member.Name)) continue;
            writer.WritePropertyName(member.Name);
            Write(writer, member.Value, Member(before, member.Name), ShownKeys.Of(kind).Beneath(member.Name));
        }

        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer, ConfigurationNode node, ConfigurationNode? before, ShownKeys place)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object:
                writer.WriteStartObject();
                foreach (var member in node.Members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, Member(before, member.Name), place.Beneath(member.Name));
                }

                writer.WriteEndObject();
                break;
            case ConfigurationNodeKind.Array:
                WriteArray(writer, node, before, place);
                break;
            case ConfigurationNodeKind.String:
                if (!place.TakesVariables && VariableExpansion.IsAsked(EntryText.Written(node))) Error(node, NoVariable);
                writer.WriteStringValue(IsMask(node, place) ? Kept(node, before) : EntryText.Written(node));
                break;
            default:
                EntryText.WritePlain(writer, node);
                break;
        }
    }

    private void WriteArray(Utf8JsonWriter writer, ConfigurationNode node, ConfigurationNode? before, ShownKeys place)
    {
        // A mask in a list keeps the secret at the same place of the list. In a shorter list nobody can say which one that is.
        var isShorter = before is not null && node.Items.Count < before.Items.Count;
        writer.WriteStartArray();
        for (var i = 0; i < node.Items.Count; i++)
        {
            var item = node.Items[i];
            if (isShorter && IsMask(item, place))
                Error(item, $"the list had {before!.Items.Count} entries, so it is not clear which one \"***\" stands for. Send those that stay in full.");
            else
                Write(writer, item, i < before?.Items.Count ? before.Items[i] : null, place);
        }

        writer.WriteEndArray();
    }

    private static bool IsMask(ConfigurationNode node, ShownKeys place) =>
        node.Kind == ConfigurationNodeKind.String && !place.IsShown && EntryText.Written(node) == EntryText.Mask;

    private string Kept(ConfigurationNode node, ConfigurationNode? before)
    {
        if (before is { Kind: ConfigurationNodeKind.String })
        {
            // Who may change an address must not learn by it a secret that no answer shows.
            if (_isElsewhere) Error(node, $"\"***\" keeps a stored secret, but where it would be sent is changed ({EntryAddress.Names}). Send the secret again, because the address changed.");
            return EntryText.Written(before);
        }

        Error(node, "\"***\" keeps a stored secret, but none is stored at this place. Send the secret itself, or the name of a variable as ${NAME}.");
        return "";
    }

    private void Error(ConfigurationNode node, string message) => _errors.Add(new ConfigurationError("", node.Path, node.Line, node.Column, message));

    private static ConfigurationNode? Member(ConfigurationNode? node, string name) => EntryText.Member(node, name);
}
