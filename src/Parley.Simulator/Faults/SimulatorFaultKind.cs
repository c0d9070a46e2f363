namespace Parley.Simulator;

/// <summary>Where in a reply a fault strikes, and so what a gateway can still do about it.</summary>
public enum SimulatorFaultKind
{
    /// <summary>No fault: the plain answer.</summary>
    None,

    /// <summary>An error status with the vendor's error body.</summary>
    Status,

    /// <summary>The reply comes, but late.</summary>
    Slow,

    /// <summary>The reply stops coming and the connection stays open, until the client leaves.</summary>
    Stall,

    /// <summary>The connection or the body ends before the answer does.</summary>
    Cut,

    /// <summary>A status 200 whose content is an error or nothing.</summary>
    ErrorInside,

    /// <summary>Bytes that are not what the protocol promises.</summary>
    Malformed,

    /// <summary>Unusual, but something real providers send and clients must stand.</summary>
    Odd,
}
