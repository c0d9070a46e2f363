using System.Text.Json;

namespace Parley.Gateway.Users.Tables;

/// <summary>
/// A row. An older system may have written its columns in another case, the flag as text, and columns of its own beside them: what a row calls
/// its columns is what it is written back under, so that no clear text stays behind in a second column.
/// </summary>
internal sealed record TableUser(string Name, string Password, bool IsAdmin, string Version, string PasswordColumn, string AdminColumn)
    : StoredUser(Name, Password, IsAdmin, Version)
{
    public const string NameColumn = "username";
    private const string DefaultPasswordColumn = "password";
    private const string DefaultAdminColumn = "isAdmin";

    /// <inheritdoc/>
    public override string ToString() => base.ToString();

    public static TableUser Read(string name, string etag, JsonElement entity)
    {
        var (password, passwordColumn) = Column(entity, DefaultPasswordColumn);
        var (flag, adminColumn) = Column(entity, DefaultAdminColumn);
        // Without a password nobody signs in; a new one can be set.
        return new TableUser(name, password.ValueKind == JsonValueKind.String ? password.GetString()! : "", IsTrue(flag), etag, passwordColumn, adminColumn);
    }

    /// <summary>A whole new row.</summary>
    public static byte[] New(string partition, string name, string password, bool isAdmin) => Write(writer =>
    {
        writer.WriteString("PartitionKey", partition);
        writer.WriteString("RowKey", TableRowKey.Of(name));
        writer.WriteString(NameColumn, name);
        writer.WriteString(DefaultPasswordColumn, password);
        writer.WriteBoolean(DefaultAdminColumn, isAdmin);
    });

    /// <summary>The columns to write over this row's.</summary>
    public byte[] Change(string password, bool isAdmin) => Write(writer =>
    {
        writer.WriteString(PasswordColumn, password);
        writer.WriteBoolean(AdminColumn, isAdmin);
    });

    private static (JsonElement Value, string Name) Column(JsonElement entity, string name)
    {
        if (entity.TryGetProperty(name, out var exact)) return (exact, name);
        foreach (var property in entity.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) return (property.Value, property.Name);
        }

        return (default, name);
    }

    private static bool IsTrue(JsonElement flag) => flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => flag.GetString()!.Trim() is var text && (string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) || text == "1"),
        JsonValueKind.Number => flag.TryGetDouble(out var number) && number != 0,
        _ => false,
    };

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
