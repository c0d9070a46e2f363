namespace Parley.Gateway.Access;

/// <summary>The roles as they are written in the file, the API and the database.</summary>
internal static class KeyRoleName
{
    /// <summary>All names, for messages.</summary>
    public const string All = "admin, inference, users, validate, metrics";

    /// <summary>The name of a role.</summary>
    public static string Of(KeyRole role) => role switch
    {
        KeyRole.Admin => "admin",
        KeyRole.Inference => "inference",
        KeyRole.Users => "users",
        KeyRole.Validate => "validate",
        KeyRole.Metrics => "metrics",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>Reads a name exactly as it is written.</summary>
    public static bool TryParse(string? name, out KeyRole role)
    {
        foreach (var candidate in Enum.GetValues<KeyRole>())
        {
            if (Of(candidate) != name) continue;
            role = candidate;
            return true;
        }

        role = KeyRole.Inference;
        return false;
    }
}
