namespace Parley.Gateway.Resilience;

/// <summary>What is known of one model of the catalogue while the process runs; it outlives configuration reloads.</summary>
internal sealed class ModelState
{
    /// <summary>Repeated calls to the same target that this model may still make.</summary>
    internal RetryBudget Retries { get; } = new();
}
