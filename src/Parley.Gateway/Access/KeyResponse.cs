using System.Text.Json.Serialization;

namespace Parley.Gateway.Access;

/// <summary>A key in the admin API. <see cref="Key"/> is there once, in the answer to the call that made it.</summary>
internal sealed record KeyResponse(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key,
    string Name,
    string Role,
    IReadOnlyList<string>? Models,
    IReadOnlyList<string>? Providers,
    IReadOnlyList<string>? Tools,
    int Priority,
    DateTimeOffset? ExpiresAt,
    bool Suspended,
    DateTimeOffset? CreatedAt,
    string CreatedBy,
    string LastFour,
    string Source)
{
    public static KeyResponse Of(KeyRecord key, Configuration.Secret? clear = null) => new(
        key.Id,
        clear?.Reveal(),
        key.Name,
        KeyRoleName.Of(key.Role),
        key.Models,
        key.Providers,
        key.Tools,
        key.Priority,
        key.ExpiresAt,
        key.IsSuspended,
        key.CreatedAt,
        key.CreatedBy,
        key.LastFour,
        key.Source switch { KeySource.File => "file", KeySource.Environment => "environment", _ => "database" });

    /// <summary>Without the key: a log line of an answer gives nothing away.</summary>
    public override string ToString() => $"key {Id}";
}
