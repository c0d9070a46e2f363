namespace Parley.Gateway.Routing;

/// <summary>
/// The source of randomness that picks targets and spreads waits: the quick generator of each thread. Whoever could guess the next number
/// would learn which of several equal targets comes next, and nothing that is worth a call of the system's generator for each request.
/// </summary>
internal static class RandomShare
{
    /// <summary>A number from 0 up to, but not including, 1.</summary>
#pragma warning disable RS0030 // this is the source that is injected everywhere else
#pragma warning disable CA5394 // chooses among equals; no secret is made of it
    internal static double Next() => Random.Shared.NextDouble();
#pragma warning restore CA5394, RS0030 // both hold for this one line
}
