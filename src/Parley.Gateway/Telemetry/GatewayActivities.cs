using System.Diagnostics;

namespace Parley.Gateway.Telemetry;

/// <summary>The spans of an exchange. Without a listener starting one costs a check and no memory.</summary>
internal static class GatewayActivities
{
    /// <summary>The name under which a tracer subscribes.</summary>
    internal const string SourceName = "Parley";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Reading, scanning and routing a request.</summary>
    internal static Activity? Ingress() => Source.StartActivity("parley.ingress");

    /// <summary>One call to one target, until its headers have come.</summary>
    internal static Activity? Attempt(string target)
    {
        var activity = Source.StartActivity("parley.attempt", ActivityKind.Client);
        activity?.SetTag("parley.target", target);
        return activity;
    }

    /// <summary>Passing the answer on.</summary>
    internal static Activity? Relay() => Source.StartActivity("parley.relay");

    /// <summary>Writing the usage record.</summary>
    internal static Activity? Ledger() => Source.StartActivity("parley.ledger");
}
