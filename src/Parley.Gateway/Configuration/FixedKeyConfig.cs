using Parley.Gateway.Access;

namespace Parley.Gateway.Configuration;

/// <summary>A key of the file (<c>keys</c>): a value that the operator already has. It cannot be changed over the admin API.</summary>
public sealed record FixedKeyConfig
{
    /// <summary>Its name, unique in the file.</summary>
    public required string Name { get; init; }

    /// <summary>Its role.</summary>
    public KeyRole Role { get; init; } = KeyRole.Inference;

    /// <summary>Its value.</summary>
    public required Secret Key { get; init; }

    /// <summary>Models it may use; null means the whole catalogue.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Providers it may address as a whole; null means none.</summary>
    public IReadOnlyList<string>? Providers { get; init; }

    /// <summary>MCP tools it may see and call; null means all.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>From 1 to 10, 5 by default: who waits for a busy model goes by it, higher first.</summary>
    public int Priority { get; init; } = KeyRules.DefaultPriority;

    /// <summary>When it stops working.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
