using Parley.Gateway.Configuration;

namespace Parley.Gateway.Access;

/// <summary>A key as somebody wishes it to be: what the API or the command line says, not yet checked.</summary>
internal sealed record KeyDraft
{
    public string? Name { get; init; }

    public KeyRole Role { get; init; } = KeyRole.Inference;

    public IReadOnlyList<string>? Models { get; init; }

    public IReadOnlyList<string>? Providers { get; init; }

    public IReadOnlyList<string>? Tools { get; init; }

    public int Priority { get; init; } = KeyRules.DefaultPriority;

    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsSuspended { get; init; }

    /// <summary>A value that the operator brings; null has one made.</summary>
    public Secret? Key { get; init; }

    /// <summary>The draft that changes nothing of a key.</summary>
    public static KeyDraft Of(KeyRecord key) => new()
    {
        Name = key.Name,
        Role = key.Role,
        Models = key.Models,
        Providers = key.Providers,
        Tools = key.Tools,
        Priority = key.Priority,
        ExpiresAt = key.ExpiresAt,
        IsSuspended = key.IsSuspended,
    };
}
