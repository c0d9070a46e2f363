namespace Parley.Gateway.Telemetry;

/// <summary>A model's second calls. Bumped with Interlocked.</summary>
internal sealed class HedgeCounts
{
    /// <summary>Second calls that were made.</summary>
    internal long Sent;

    /// <summary>Those whose answer was passed on.</summary>
    internal long Won;
}
