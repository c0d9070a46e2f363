namespace Parley.Gateway.Mcp.Protocol;

/// <summary>The revisions of the Model Context Protocol that Parley speaks, by their dates.</summary>
internal static class McpRevisions
{
    /// <summary>Every request stands alone and says of itself what it is: no <c>initialize</c>, no sessions.</summary>
    public const string Stateless = "2026-07-28";

    /// <summary>The newest one that begins with <c>initialize</c>: the answer to a client that asks there for one that Parley does not speak.</summary>
    public const string NewestWithInitialize = "2025-11-25";

    /// <summary>All of them, newest first.</summary>
    public static IReadOnlyList<string> Supported { get; } = [Stateless, NewestWithInitialize, "2025-06-18"];

    /// <summary>Whether <c>initialize</c> can agree on it.</summary>
    public static bool HasInitialize(string? revision) => revision is not null && revision != Stateless && Supported.Contains(revision);
}
