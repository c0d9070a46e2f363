using Azure.Core;
using Azure.Core.Pipeline;

namespace Parley.Gateway.Users.Tables;

/// <summary>How Azure.Core's pipeline is set: a handful of tries within the patience of somebody who signs in, and nothing of a request in a log.</summary>
internal sealed class TableClientOptions : ClientOptions
{
    public TableClientOptions(HttpPipelineTransport? transport)
    {
        if (transport is not null) Transport = transport;
        Retry.Mode = RetryMode.Exponential;
        Retry.MaxRetries = 3;
        Retry.Delay = TimeSpan.FromMilliseconds(200);
        Retry.MaxDelay = TimeSpan.FromSeconds(2);
        Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        // A URL holds a user's name, and may hold a signature.
        Diagnostics.IsLoggingEnabled = false;
        Diagnostics.IsDistributedTracingEnabled = false;
        Diagnostics.IsTelemetryEnabled = false;
    }
}
