using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Telemetry;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>A second target is called when the first is slow; the first content is the answer, whole and alone.</summary>
public sealed class HedgeTests
{
    public static TheoryData<string, bool> Calls() => new()
    {
        { GatewayCalls.Chat, false }, { GatewayCalls.Chat, true }, { GatewayCalls.Responses, false }, { GatewayCalls.Responses, true },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task FirstIsSlow_SecondAnswers_FirstIsCancelledAndRecorded(string path, bool stream)
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream, path);
        var slow = await fixture.One.NextAsync();
        // A beginning is no content: it neither wins nor is it seen.
        if (stream) await slow.SendAsync(HedgeAnswers.Prelude(path, "one"));
        var sent = await AnswerAsync(await fixture.Two.NextAsync(), path, stream, "two");
        var answer = await asking;

        Assert.Equal((200, sent, "2", "two", "m2"), (answer.Status, answer.Body, answer.Header("x-parley-attempts"), answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
        await slow.Left;
        var record = await fixture.RecordAsync(answer.Header("x-request-id")!, 2);
        Assert.Equal([$"one/m1 {(stream ? 200 : 0)} superseded", "two/m2 200"], HedgeFixture.Trail(record));
        Assert.Equal(("estimated", "two", 200), (record.Flags(), record.GetProperty("provider").GetString(), record.GetProperty("status").GetInt32()));
        // "gpt", "user" and the prompt of the loser are estimated; the winner's 3 are the provider's own.
        Assert.True(record.Tokens().Input > 3 + 4, $"{record.Tokens()}");
        Assert.Equal((BreakerState.Unknown, BreakerState.Healthy), (fixture.BreakerOf("one/m1").StateAt(Now()), fixture.BreakerOf("two/m2").StateAt(Now())));
        await fixture.AssertNothingLeftAsync();
        var metrics = PrometheusReader.Read((await fixture.Gateway.Client.FetchAsync("/metrics")).Body).Samples;
        Assert.Equal((1, 1), (metrics["""parley_hedges_sent_total{model="gpt"}"""], metrics["""parley_hedges_won_total{model="gpt"}"""]));
        Assert.Equal(1, metrics.Where(sample => sample.Key.StartsWith("parley_requests_total", StringComparison.Ordinal)).Sum(sample => sample.Value));
        Assert.DoesNotContain(metrics.Keys, name => name.StartsWith("parley_upstream_errors_total", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task FirstAnswers_AfterTheHedgeWasSent_SecondIsCancelledAndRecorded(string path, bool stream)
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream, path);
        var first = await fixture.One.NextAsync();
        var second = await fixture.Two.NextAsync();
        if (stream) await second.SendAsync(HedgeAnswers.Prelude(path, "two"));
        var sent = await AnswerAsync(first, path, stream, "one");
        var answer = await asking;

        Assert.Equal((200, sent, "2", "one", "m1"), (answer.Status, answer.Body, answer.Header("x-parley-attempts"), answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
        await second.Left;
        var record = await fixture.RecordAsync(answer.Header("x-request-id")!, 2);
        Assert.Equal("one/m1 200", HedgeFixture.Trail(record)[0]);
        Assert.EndsWith("superseded", HedgeFixture.Trail(record)[1], StringComparison.Ordinal);
        Assert.Equal(("estimated", "one"), (record.Flags(), record.GetProperty("provider").GetString()));
        Assert.Equal(BreakerState.Unknown, fixture.BreakerOf("two/m2").StateAt(Now()));
        await fixture.AssertNothingLeftAsync();
        var metrics = PrometheusReader.Read((await fixture.Gateway.Client.FetchAsync("/metrics")).Body).Samples;
        Assert.Equal((1, 0), (metrics["""parley_hedges_sent_total{model="gpt"}"""], metrics["""parley_hedges_won_total{model="gpt"}"""]));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task OneFails_AfterTheHedgeWasSent_TheOtherGoesOnAlone(string path, bool stream)
    {
        foreach (var fails in (string[])["one", "two"])
        {
            await using var fixture = await HedgeFixture.StartAsync();
            var asking = fixture.AskAsync(stream, path);
            var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
            var (failing, other, answers) = fails == "one" ? (first, second, "two") : (second, first, "one");
            await failing.AnswerAsync("""{"error":{"message":"no"}}""", 500);
            var sent = await AnswerAsync(other, path, stream, answers);
            var answer = await asking;
            Assert.Equal((200, sent, "2", answers), (answer.Status, answer.Body, answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
            var record = await fixture.RecordAsync(answer.Header("x-request-id")!, 2);
            Assert.Equal(fails == "one" ? ["one/m1 500 upstream_failed", "two/m2 200"] : ["one/m1 200", "two/m2 500 upstream_failed"], HedgeFixture.Trail(record));
            Assert.Equal((fails == "one", fails == "two"), (IsOpen(fixture, "one/m1"), IsOpen(fixture, "two/m2")));
            await fixture.AssertNothingLeftAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BothFail_ThirdAnswers(bool stream)
    {
        foreach (var order in (string[])["one first", "two first"])
        {
            await using var fixture = await HedgeFixture.StartAsync(targets: 3);
            var asking = fixture.AskAsync(stream);
            var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
            if (order == "two first") (first, second) = (second, first);
            await first.AnswerAsync("{}", 503);
            second.Break();
            var sent = await AnswerAsync(await fixture.Three.NextAsync(), GatewayCalls.Chat, stream, "three");
            var answer = await asking;
            Assert.Equal((200, sent, "3", "three"), (answer.Status, answer.Body, answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
            var trail = HedgeFixture.Trail(await fixture.RecordAsync(answer.Header("x-request-id")!, 3));
            Assert.Equal(
                order == "one first" ? ["one/m1 503 upstream_failed", "two/m2 0 stream_broken", "three/m3 200"] : ["one/m1 0 stream_broken", "two/m2 503 upstream_failed", "three/m3 200"],
                trail);
            Assert.Equal((1, 1, 1), (fixture.One.Count, fixture.Two.Count, fixture.Three.Count));
            await fixture.AssertNothingLeftAsync();
        }
    }

    [Fact]
    public async Task BothFail_NobodyIsLeft_TheLastFailureIsTold()
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream: true);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        await second.AnswerAsync("""{"error":{"message":"second"}}""", 503);
        await WaitAsync(() => IsOpen(fixture, "two/m2"));
        await first.AnswerAsync("""{"error":{"message":"first"}}""", 500);
        var answer = await asking;
        Assert.Equal((500, "2", "one"), (answer.Status, answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
        Assert.Contains("first", answer.Body, StringComparison.Ordinal);
        var record = await fixture.RecordAsync(answer.Header("x-request-id")!, 2);
        Assert.Equal(["one/m1 500 upstream_failed", "two/m2 503 upstream_failed"], HedgeFixture.Trail(record));
        Assert.Equal(500, record.GetProperty("status").GetInt32());
        await fixture.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task FirstRefusesTheRequest_SecondIsCancelled_BecauseARefusalIsNeverRetried()
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream: true);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        await first.AnswerAsync("""{"error":{"message":"filtered","code":"content_filter"}}""", 400);
        var answer = await asking;
        Assert.Equal((400, "one"), (answer.Status, answer.Header("x-parley-provider")));
        Assert.Contains("filtered", answer.Body, StringComparison.Ordinal);
        await second.Left;
        var record = await fixture.RecordAsync(answer.Header("x-request-id")!, 2);
        Assert.Equal(["one/m1 400 upstream_rejected", "two/m2 0 superseded"], HedgeFixture.Trail(record));
        await fixture.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task SecondRefusesTheRequest_FirstAnswersAllTheSame()
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream: true);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        await second.AnswerAsync("""{"error":{"message":"no such parameter"}}""", 400);
        await WaitAsync(() => fixture.BreakerOf("two/m2").StateAt(Now()) == BreakerState.Healthy);
        var sent = await AnswerAsync(first, GatewayCalls.Chat, stream: true, "one");
        Assert.Equal((200, sent), await StatusAndBodyAsync(asking));
        await fixture.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Translated_FirstIsSlow_SecondAnswersSpliced(bool stream)
    {
        await using var fixture = await HedgeFixture.StartAsync(firstType: "anthropic");
        var asking = fixture.AskAsync(stream);
        var slow = await fixture.One.NextAsync();
        if (stream) await slow.SendAsync("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n");
        var sent = await AnswerAsync(await fixture.Two.NextAsync(), GatewayCalls.Chat, stream, "two");
        var answer = await asking;
        Assert.Equal((200, sent, "two"), (answer.Status, answer.Body, answer.Header("x-parley-provider")));
        await slow.Left;
        await fixture.RecordAsync(answer.Header("x-request-id")!, 2);
        await fixture.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Translated_FirstAnswersAfterTheHedge_SecondIsCancelled()
    {
        await using var fixture = await HedgeFixture.StartAsync(firstType: "anthropic");
        var asking = fixture.AskAsync(stream: false);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        await first.AnswerAsync("""{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"from one"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""");
        var answer = await asking;
        Assert.Equal((200, "one"), (answer.Status, answer.Header("x-parley-provider")));
        Assert.Contains("from one", answer.Body, StringComparison.Ordinal);
        await second.Left;
        await fixture.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallerLeaves_BothAreCancelledAndRecorded(bool stream)
    {
        await using var fixture = await HedgeFixture.StartAsync();
        using var leave = new CancellationTokenSource();
        var asking = fixture.AskAsync(stream, cancellation: leave.Token);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await first.Left;
        await second.Left;
        await fixture.AssertNothingLeftAsync();
        var newest = (await fixture.Gateway.RecordAsync()).GetProperty("requestId").GetString()!;
        var record = await fixture.RecordAsync(newest, 2);
        Assert.Equal(["one/m1 0 client_aborted", "two/m2 0 client_aborted"], HedgeFixture.Trail(record));
        Assert.Equal((BreakerState.Unknown, BreakerState.Unknown), (fixture.BreakerOf("one/m1").StateAt(Now()), fixture.BreakerOf("two/m2").StateAt(Now())));
    }

    [Fact]
    public async Task LargePlainAnswer_WinsWhenItIsBegun_AndIsPassedOnWhole()
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream: false);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        var sent = HedgeAnswers.Plain(GatewayCalls.Chat, "two").Replace("\"content\":\"two\"", $"\"content\":\"{new string('2', 3_000_000)}\"", StringComparison.Ordinal);
        await second.AnswerAsync(sent);
        Assert.Equal((200, sent), await StatusAndBodyAsync(asking));
        await first.Left;
        await fixture.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task HalfOpenProbe_ThatIsOutrun_IsGivenBack()
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var breaker = fixture.BreakerOf("two/m2");
        breaker.Trip(Now() - (60 * TimeProvider.System.TimestampFrequency), TimeSpan.FromSeconds(30));
        var asking = fixture.AskAsync(stream: false);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        Assert.Equal(BreakerState.HalfOpen, breaker.StateAt(Now()));
        await AnswerAsync(first, GatewayCalls.Chat, stream: false, "one");
        await asking;
        await second.Left;
        await fixture.AssertNothingLeftAsync();
        Assert.Equal((BreakerState.Unknown, true), (breaker.StateAt(Now()), breaker.IsAvailable(Now())));
    }

    [Fact]
    public async Task FiftyAtOnce_EachWayThroughTheRace_LeaveNothingBehind()
    {
        // Nobody is kept out, so that every request begins with the first target.
        await using var fixture = await HedgeFixture.StartAsync(targets: 3, more: ""","breaker":{"rule":"off"}""");
        var held = new List<(HeldCall Call, string Who)>();
        using var stop = new CancellationTokenSource();
        var serving = new[] { ServeAsync(fixture.One, "one", 0), ServeAsync(fixture.Two, "two", 1), ServeAsync(fixture.Three, "three", null) };
        var asking = Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fixture.AskAsync(stream: true)));
        while (await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != asking) await ReleaseAsync();
        var answers = await asking;

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var winners = answers.Select(answer => answer.Header("x-parley-provider")!).ToHashSet();
        Assert.True(winners.IsSupersetOf(["one", "two"]), string.Join(", ", winners));
        await fixture.AssertNothingLeftAsync();
        foreach (var answer in answers)
        {
            var sent = int.Parse(answer.Header("x-parley-attempts")!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(sent, HedgeFixture.Trail(await fixture.RecordAsync(answer.Header("x-request-id")!, sent)).Length);
        }

        await stop.CancelAsync();
        foreach (var one in serving) await one.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        // One in three calls is answered, one fails, and one waits for a while.
        async Task ServeAsync(HeldUpstream upstream, string who, int? phase)
        {
            for (var count = 0; ; count++)
            {
                var call = await upstream.NextAsync(stop.Token);
                var fate = phase is { } at ? (count + at) % 3 : 1;
                if (fate == 1) await AnswerAsync(call, GatewayCalls.Chat, stream: true, who);
                else if (fate == 2) await call.AnswerAsync("{}", 500);
                else lock (held) held.Add((call, who));
            }
        }

        async Task ReleaseAsync()
        {
            List<(HeldCall Call, string Who)> released;
            lock (held)
            {
                released = [.. held];
                held.Clear();
            }

            foreach (var (call, who) in released) await AnswerAsync(call, GatewayCalls.Chat, stream: true, who);
        }
    }

    /// <summary>Answers whole; returns what was sent.</summary>
    internal static async Task<string> AnswerAsync(HeldCall call, string path, bool stream, string who)
    {
        if (!stream)
        {
            var plain = HedgeAnswers.Plain(path, who);
            await call.AnswerAsync(plain);
            return plain;
        }

        string[] parts = [HedgeAnswers.Prelude(path, who), HedgeAnswers.Content(path, who, 1), HedgeAnswers.Content(path, who, 2), HedgeAnswers.End(path, who)];
        foreach (var part in parts) await call.SendAsync(part);
        call.End();
        return string.Concat(parts);
    }

    private static async Task<(int, string)> StatusAndBodyAsync(Task<Wire.Answer> asking)
    {
        var answer = await asking;
        return (answer.Status, answer.Body);
    }

    private static bool IsOpen(HedgeFixture fixture, string target) => fixture.BreakerOf(target).StateAt(Now()) == BreakerState.Open;

    private static long Now() => TimeProvider.System.GetTimestamp();

    private static async Task WaitAsync(Func<bool> condition)
    {
        var limit = GatewayCalls.Limit();
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
    }
}
