using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>What a provider is told to find a request by.</summary>
public sealed class CorrelationTests
{
    // The answer's headers are not safe for two threads, and of two hedged attempts one may be writing them.
    [Fact]
    public async Task CallersNone_RequestsOwnIdIsSent_AndTheAnswersHeadersAreNotRead()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions());
        var snapshot = gateway.Services.GetRequiredService<SnapshotHolder>().Current;
        Assert.True(snapshot.Catalog.TryFindCatalogued("gpt", out var model));
        var context = new DefaultHttpContext();
        context.Response.Headers["x-request-id"] = "half written";
        using var exchange = new GatewayExchange(
            context, new Surface("/v1", Operation.ChatCompletions, Dialect.OpenAIChat, ErrorShape.OpenAI), null!, snapshot, new RequestBody(new BufferedBytesBudget(), 0))
        {
            RequestId = default,
            RequestIdText = "01K",
            Started = 0,
        };
        var request = new UpstreamRequest(new Uri("http://provider/"), default, new UpstreamCall(Dialect.OpenAIChat, false, false));
        RequestHeaders.Copy(exchange, model.Targets[0], request);
        Assert.Equal("01K", request.Headers.Single(static header => header.Key == "X-APIM-Correlation-Id").Value);
    }
}
