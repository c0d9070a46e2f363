using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Telemetry;

/// <summary>The spans of a request, and that nobody pays for them without a listener.</summary>
[Collection(nameof(ActivityListener))]
public sealed class ActivityTests
{
    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public async Task Spans_WithAListener_AreOneTreeUnderTheRequest(string mode)
    {
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Parley" or "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        await using (var gateway = await GatewayHost.StartAsync())
        {
            var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt", mode), ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
            Assert.Equal(200, answer.Status);
        }

        // Other tests' requests are heard as well; the trace tells them apart.
        var spans = stopped.Where(span => span.TraceId.ToHexString() == trace).ToList();
        var request = Assert.Single(spans, span => span.ParentSpanId.ToHexString() == "00f067aa0ba902b7");
        Assert.Equal("Microsoft.AspNetCore.Hosting.HttpRequestIn", request.OperationName);
        var attempt = Assert.Single(spans, span => span.OperationName == "parley.attempt");
        var relay = Assert.Single(spans, span => span.OperationName == "parley.relay");
        Assert.Equal((request.SpanId, ActivityKind.Client), (attempt.ParentSpanId, attempt.Kind));
        Assert.Equal(request.SpanId, Assert.Single(spans, span => span.OperationName == "parley.ingress").ParentSpanId);
        Assert.Equal(attempt.SpanId, relay.ParentSpanId);
        Assert.Equal(relay.SpanId, Assert.Single(spans, span => span.OperationName == "parley.ledger").ParentSpanId);
        // The simulated provider runs in this process; its span hangs on the attempt's, because that is what was sent.
        Assert.Equal("Microsoft.AspNetCore.Hosting.HttpRequestIn", Assert.Single(spans, span => span.ParentSpanId == attempt.SpanId && span != relay).OperationName);
        Assert.Equal(6, spans.Count);
        Assert.Equal("lab/gpt-4o", attempt.GetTagItem("parley.target"));
    }

    [Theory]
    [InlineData(LogLevel.None)]
    [InlineData(LogLevel.Information)]
    public void HostingLog_WhateverTheHostWants_IsOff(LogLevel wanted)
    {
        // ASP.NET makes an Activity per request as soon as this logger could log anything.
        using var log = new CapturedLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log).AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", wanted));
        services.AddAccess(Path.GetTempPath());
        using var provider = services.BuildServiceProvider();
        var hosting = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics");
        Assert.False(hosting.IsEnabled(LogLevel.Critical));
    }
}
