namespace Parley.Gateway.Agents;

/// <summary>What a question may be.</summary>
internal static class AgentQuery
{
    /// <summary>The longest question, in characters.</summary>
    internal const int Longest = 32_000;

    /// <summary>What is wrong with a question, or null.</summary>
    internal static string? Problem(string? query) =>
        string.IsNullOrWhiteSpace(query) ? "'query' is missing or empty: it is the question to the agent."
        : query.Length > Longest ? $"'query' has {query.Length} characters; at most {Longest} are possible."
        : null;
}
