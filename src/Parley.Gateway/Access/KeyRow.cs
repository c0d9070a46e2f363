using System.Text.Json;

namespace Parley.Gateway.Access;

/// <summary>A row of <c>keys</c> as the database has it.</summary>
internal sealed class KeyRow
{
    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    public string Role { get; set; } = "";

    public string? Models { get; set; }

    public string? Providers { get; set; }

    public string? Tools { get; set; }

    public long Priority { get; set; }

    public long? ExpiresAt { get; set; }

    public long Suspended { get; set; }

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string LastFour { get; set; } = "";

    public byte[] Digest { get; set; } = [];

    public string Pepper { get; set; } = "";

    public static KeyRow From(KeyRecord key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = KeyRoleName.Of(key.Role),
        Models = ToJson(key.Models),
        Providers = ToJson(key.Providers),
        Tools = ToJson(key.Tools),
        Priority = key.Priority,
        ExpiresAt = key.ExpiresAt?.ToUnixTimeMilliseconds(),
        Suspended = key.IsSuspended ? 1 : 0,
        CreatedAt = key.CreatedAt!.Value.ToUnixTimeMilliseconds(),
        CreatedBy = key.CreatedBy,
        LastFour = key.LastFour,
        Digest = key.Digest.ToArray(),
        Pepper = key.PepperId,
    };

    public KeyRecord ToRecord() => new()
    {
        Id = Id,
        Name = Name,
        Role = KeyRoleName.TryParse(Role, out var role) ? role : throw new InvalidDataException($"Key {Id} has the unknown role '{Role}'."),
        Models = FromJson(Models),
        Providers = FromJson(Providers),
        Tools = FromJson(Tools),
        Priority = (int)Priority,
        ExpiresAt = ExpiresAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
        IsSuspended = Suspended != 0,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        CreatedBy = CreatedBy,
        LastFour = LastFour,
        Digest = KeyDigest.FromBytes(Digest),
        PepperId = Pepper,
    };

    private static string? ToJson(IReadOnlyList<string>? list) =>
        list is null ? null : JsonSerializer.Serialize(list.ToArray(), KeyJsonContext.Default.StringArray);

    private static string[]? FromJson(string? json) => json is null ? null : JsonSerializer.Deserialize(json, KeyJsonContext.Default.StringArray);
}
