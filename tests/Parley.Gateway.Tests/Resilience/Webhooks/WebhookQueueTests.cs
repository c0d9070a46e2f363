using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Webhooks;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience.Webhooks;

public sealed class WebhookQueueTests
{
    [Fact]
    public async Task Queue_OfAReceiverThatHangs_IsBoundedAndCountsWhatItDrops()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var hold = new TaskCompletionSource();
        receiver.Hold = hold.Task;
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = _ => $$"""{ "events": { "webhook": { "url": "{{receiver.Url}}" } } }""" });
        var queue = gateway.Services.GetRequiredService<WebhookQueue>();
        queue.Add(News("p/first"));
        // Taken, and held by the receiver: the queue is empty again.
        Assert.Equal("", (await receiver.NextAsync()).Signature);

        for (var target = 0; target < WebhookQueue.MostWaiting + 10; target++) queue.Add(News($"p/{target}"));
        queue.Add(News("p/0"));

        Assert.Equal((10, 1), (queue.Dropped, queue.Replaced));
        hold.SetResult();
    }

    private static TargetEvent News(string target) =>
        new("target.opened", target, new BreakerChange(BreakerState.Healthy, BreakerState.Open, "503", null), null, DateTimeOffset.UnixEpoch);
}
