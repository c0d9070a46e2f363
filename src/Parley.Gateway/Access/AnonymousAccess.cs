namespace Parley.Gateway.Access;

/// <summary>
/// Endpoint metadata: no key is needed. Always for the short list of contracts §7; for <c>/health</c> and <c>/metrics</c> only while
/// the configuration lists them (<c>access.anonymous</c>), beside a role that is required otherwise.
/// </summary>
internal sealed class AnonymousAccess
{
    private AnonymousAccess(string? onlyWhenListed) => OnlyWhenListed = onlyWhenListed;

    /// <summary>No key is ever needed.</summary>
    public static AnonymousAccess Always { get; } = new(null);

    /// <summary>The path that has to be listed, or null.</summary>
    public string? OnlyWhenListed { get; }

    /// <summary>No key is needed while <c>access.anonymous</c> lists this path.</summary>
    public static AnonymousAccess WhenListed(string path) => new(path);
}
