using Parley.Gateway.Egress;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Resilience;

/// <summary>What every attempt works with.</summary>
/// <param name="Settlement">Writes the usage record.</param>
/// <param name="Media">Fetches what a target wants as bytes.</param>
/// <param name="Metrics">Counts what translations lose.</param>
/// <param name="Events">Told when a target opens or recovers.</param>
/// <param name="Makers">Learns what only its maker can answer for.</param>
internal sealed record AttemptServices(Settlement Settlement, MediaFetcher Media, GatewayMetrics Metrics, TargetEvents Events, MakerStore Makers);
