namespace Parley.Gateway.Resilience.Queueing;

/// <summary>A place that a call holds; the default value is none.</summary>
/// <param name="Gate">Where it holds it.</param>
/// <param name="Since">Timestamp from which on.</param>
internal readonly record struct GatePlace(ConcurrencyGate? Gate, long Since)
{
    /// <summary>Gives it to the next one. To be called once.</summary>
    internal void Release() => Gate?.Exit(Since);
}
