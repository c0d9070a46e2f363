namespace Parley.Gateway.Configuration;

/// <summary>When a target leaves its pool.</summary>
public enum BreakerRule
{
    /// <summary><c>simple</c>: after one failure (contracts §4), the default.</summary>
    Simple,

    /// <summary><c>counted</c>: after a number or a share of failures in an interval, as API Management's backends count.</summary>
    Counted,

    /// <summary><c>off</c>: never.</summary>
    Off,
}
