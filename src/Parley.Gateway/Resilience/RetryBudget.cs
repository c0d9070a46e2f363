namespace Parley.Gateway.Resilience;

/// <summary>
/// Keeps repeated calls from doubling the load of an outage: ten requests earn one repetition, and a few are there to begin with. What
/// is earned and not used is kept up to a bound. One for each model; takes no lock.
/// </summary>
internal sealed class RetryBudget
{
    private const int Price = 10;
    private const int Most = 10 * Price;

    private int _tokens = 3 * Price;

    /// <summary>A request has begun.</summary>
    internal void Earn()
    {
        if (Volatile.Read(ref _tokens) < Most) Interlocked.Increment(ref _tokens);
    }

    /// <summary>Takes one repetition; false when none is left.</summary>
    internal bool TrySpend()
    {
        while (true)
        {
            var tokens = Volatile.Read(ref _tokens);
            if (tokens < Price) return false;
            if (Interlocked.CompareExchange(ref _tokens, tokens - Price, tokens) == tokens) return true;
        }
    }
}
