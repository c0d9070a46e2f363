using System.Security.Cryptography;
using System.Text;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Telemetry;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Webhooks;

/// <summary><c>events.webhook</c>: told of every change, off the path of requests, signed, and never more than once a second of one target.</summary>
public sealed class WebhookTests
{
    private const string Secret = "webhook-secret-marker";
    private const string Target = "/admin/targets/lab/gpt-4o";

    [Fact]
    public async Task Target_OpensAndRecovers_IsToldSignedWithItsReasonAndTimes()
    {
        var time = new ManualTimeProvider();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, time);
        gateway.Upstream.Faults.Next(1, "503", "5");
        Assert.Equal(503, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Status);

        var opened = await receiver.NextAsync();
        var at = time.GetUtcNow();
        Assert.Equal(
            ["id", "event", "target", "provider", "model", "from", "to", "reason", "until", "time", "instance"],
            opened.Json.AsObject().Select(member => member.Key));
        Assert.Equal(
            ("target.opened", "lab/gpt-4o", "lab", "gpt-4o", "unknown", "open", "503"),
            ((string)opened.Json["event"]!, (string)opened.Json["target"]!, (string)opened.Json["provider"]!, (string)opened.Json["model"]!,
                (string)opened.Json["from"]!, (string)opened.Json["to"]!, (string)opened.Json["reason"]!));
        Assert.Equal((at.AddSeconds(5), at), ((DateTimeOffset)opened.Json["until"]!, (DateTimeOffset)opened.Json["time"]!));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), opened.Body)), opened.Signature);

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Status);
        var recovered = await receiver.NextAsync();
        Assert.Equal(
            ("target.recovered", "half-open", "healthy", "answered"),
            ((string)recovered.Json["event"]!, (string)recovered.Json["from"]!, (string)recovered.Json["to"]!, (string)recovered.Json["reason"]!));
        Assert.Null(recovered.Json["until"]);

        foreach (var post in (WebhookReceiver.Post[])[opened, recovered])
        {
            var text = Encoding.UTF8.GetString(post.Body);
            foreach (var secret in (string[])[Secret, Wire.Prompt, Wire.UpstreamKey, GatewayHost.AdminKey]) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Target_Flapping_IsToldOnceASecondAndItsLastStateAlways()
    {
        var time = new ManualTimeProvider();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, time);
        await gateway.Client.PostAsync(Target + "/trip", "");
        Assert.Equal("target.opened", (string)(await receiver.NextAsync()).Json["event"]!);

        for (var flap = 0; flap < 5; flap++)
        {
            await gateway.Client.PostAsync(Target + "/reset", "");
            await gateway.Client.PostAsync(Target + "/trip", """{"reason":"flap"}""");
        }

        await gateway.Client.PostAsync(Target + "/reset", "");
        Assert.Equal(0, receiver.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("target.recovered", "reset by hand"), (await receiver.NextAsync() is var last ? (string)last.Json["event"]! : "", (string)last.Json["reason"]!));

        time.Advance(TimeSpan.FromSeconds(1));
        await WaitForAsync(gateway, metrics => metrics["parley_webhook_sent_total"] == 2 && metrics["parley_webhook_replaced_total"] == 10);
        Assert.Equal(0, receiver.Count);
    }

    [Theory]
    [InlineData("\"model\": \"gpt-4o\"", "\"model\": \"gpt-4o-mini\"")]
    [InlineData(Wire.UpstreamKey, "sk-another")]
    public async Task Reload_ThatForgetsATargetThatIsOut_ClosesItsAlarm(string from, string to)
    {
        var time = new ManualTimeProvider();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, time);
        await gateway.Client.PostAsync(Target + "/trip", "");
        Assert.Equal("target.opened", (string)(await receiver.NextAsync()).Json["event"]!);

        await gateway.ReloadAsync(from, to);
        time.Advance(TimeSpan.FromSeconds(1));
        var closed = (await receiver.NextAsync()).Json;
        Assert.Equal(
            ("target.recovered", "lab/gpt-4o", "open", "unknown", "configuration changed"),
            ((string)closed["event"]!, (string)closed["target"]!, (string)closed["from"]!, (string)closed["to"]!, (string)closed["reason"]!));
    }

    [Fact]
    public async Task Receiver_ThatFails_IsAskedAgainWithGrowingWaits_AndGivenUpOnAfterFour()
    {
        var time = new ManualTimeProvider();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, time);
        foreach (var status in (int[])[500, 503, 429]) receiver.Statuses.Enqueue(status);
        await gateway.Client.PostAsync(Target + "/trip", "");

        var first = await receiver.NextAsync();
        foreach (var wait in (int[])[1, 2, 4])
        {
            await AdvanceUntilAsync(time, TimeSpan.FromSeconds(wait), () => receiver.Count > 0);
            Assert.Equal(first.Body, (await receiver.NextAsync()).Body);
        }

        await WaitForAsync(gateway, metrics => metrics["parley_webhook_sent_total"] == 1);

        for (var answer = 0; answer < 4; answer++) receiver.Statuses.Enqueue(500);
        await gateway.Client.PostAsync(Target + "/reset", "");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await AdvanceUntilAsync(time, TimeSpan.FromSeconds(4), () => receiver.Count > 0);
            await receiver.NextAsync();
        }

        await WaitForAsync(gateway, metrics => metrics["parley_webhook_failed_total"] == 1);
        var line = Assert.Single(gateway.Log.Lines, line => line.Contains("could not be told to the webhook", StringComparison.Ordinal));
        Assert.Contains("it answered 500", line, StringComparison.Ordinal);
        // The path of a webhook is often its password.
        Assert.DoesNotContain(gateway.Log.Lines, one => one.Contains("secret-path-marker", StringComparison.Ordinal) || one.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    public async Task Receiver_ThatRefusesOrRedirects_IsNotAskedAgainNorFollowed(int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, new ManualTimeProvider());
        receiver.Statuses.Enqueue(status);
        await gateway.Client.PostAsync(Target + "/trip", "");

        Assert.Equal("/hooks/secret-path-marker", (await receiver.NextAsync()).Path);
        await WaitForAsync(gateway, metrics => metrics["parley_webhook_failed_total"] == 1);
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task Receiver_ThatHangs_HoldsNoRequest_AndIsGivenUpOnAfterTenSeconds()
    {
        var time = new ManualTimeProvider();
        var hold = new TaskCompletionSource();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, time);
        receiver.Hold = hold.Task;
        gateway.Upstream.Faults.Next(1, "503");
        Assert.Equal(503, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Status);
        await receiver.NextAsync();
        await gateway.Client.PostAsync(Target + "/reset", "");
        Assert.Equal(200, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Status);

        // Newer news of the same target is waiting, so the old one is given up on instead of being posted again.
        await AdvanceUntilAsync(time, TimeSpan.FromSeconds(10), () => receiver.Count > 0);
        Assert.Equal("target.recovered", (string)(await receiver.NextAsync()).Json["event"]!);
        hold.SetResult();
        await WaitForAsync(gateway, metrics => metrics["parley_webhook_failed_total"] == 1 && metrics["parley_webhook_sent_total"] == 1);
    }

    [Fact]
    public async Task Webhook_RemovedByAReload_IsToldNothingMore()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver, new ManualTimeProvider());
        await gateway.ReloadAsync($$"""{ "webhook": { "url": "{{receiver.Url}}", "secret": "{{Secret}}" } }""", "{}");
        await gateway.Client.PostAsync(Target + "/trip", "");
        await gateway.Client.PostAsync(Target + "/reset", "");
        var metrics = PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples;
        Assert.Equal((0, 0, 0), (receiver.Count, metrics["parley_webhook_sent_total"], metrics["parley_webhook_replaced_total"]));
    }

    private static async Task WaitForAsync(GatewayHost gateway, Func<IReadOnlyDictionary<string, double>, bool> condition)
    {
        var limit = GatewayCalls.Limit();
        while (!condition(PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
    }

    // The sender sets its timer a moment after the answer has come: the clock moves only once it waits.
    internal static async Task AdvanceUntilAsync(ManualTimeProvider time, TimeSpan by, Func<bool> condition)
    {
        var limit = GatewayCalls.Limit();
        while (!condition())
        {
            time.Advance(by);
            for (var look = 0; look < 20 && !condition(); look++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
        }
    }

    private static Task<GatewayHost> StartAsync(WebhookReceiver receiver, TimeProvider time) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "events": { "webhook": { "url": "{{receiver.Url}}", "secret": "{{Secret}}" } }
            }
            """,
    });
}
