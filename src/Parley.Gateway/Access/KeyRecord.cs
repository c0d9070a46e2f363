namespace Parley.Gateway.Access;

/// <summary>All that is known of a key, except the key: only its digest and its last four characters are kept.</summary>
internal sealed record KeyRecord
{
    /// <summary>A ULID; <c>file:NAME</c> or <c>env:admin</c> for keys that are not in the database.</summary>
    public required string Id { get; init; }

    /// <summary>Unique among the keys of the database.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required KeyRole Role { get; init; }

    /// <summary>Models it may use; null means the whole catalogue.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Providers it may address as a whole; null means none.</summary>
    public IReadOnlyList<string>? Providers { get; init; }

    /// <summary>MCP tools it may see and call; null means all.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>From 1 to 10: who waits for a busy model goes by it, higher first.</summary>
    public int Priority { get; init; } = KeyRules.DefaultPriority;

    /// <summary>When it stops working; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>True while an operator holds it back.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>When it was made; null for keys that are not in the database.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The id of the key that made it, <c>cli</c> or <c>start</c>.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>For display.</summary>
    public required string LastFour { get; init; }

    /// <summary>What it is looked up by.</summary>
    public required KeyDigest Digest { get; init; }

    /// <summary>The pepper that the digest was made with.</summary>
    public required string PepperId { get; init; }

    /// <summary>Where it is kept.</summary>
    public KeySource Source { get; init; }

    /// <summary>True for an admin key that works at this moment.</summary>
    public bool IsActiveAdmin(DateTimeOffset now) => Role == KeyRole.Admin && !IsSuspended && (ExpiresAt is not { } end || end > now);
}
