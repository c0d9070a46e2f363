using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>What the caller is told to wait: of a pool the shortest time that is left, of a single target what its provider said (failures.md §2.17, §2.18).</summary>
public sealed class PoolWaitTests
{
    private const string Counted = """ "breaker": { "rule": "counted", "count": 1 }, """;
    private static readonly string[] SixtyFiveThirty = ["sim-fault-429-60", "sim-fault-429-5", "sim-fault-429-30"];

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task PoolOfThree_AllRateLimited_ToldTheShortestWaitOfThePool()
    {
        await using var gateway = await Pools.StartAsync(SixtyFiveThirty, time: _time);
        using var answer = await SendAsync(gateway);
        Assert.Equal((429, "5", "3", "c"), ((int)answer.StatusCode, answer.Header("Retry-After"), answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
        Assert.Equal("a 429 upstream_rate_limited, b 429 upstream_rate_limited, c 429 upstream_rate_limited", (await gateway.RecordAsync(answer.Header("x-request-id"))).Trail());
    }

    [Fact]
    public async Task PoolOfThree_LastAnswersInMilliseconds_OnlyThePoolsWaitIsTold()
    {
        await using var gateway = await Pools.StartAsync(["sim-fault-429-60", "sim-fault-429-5", "sim-fault-429-ms-30000"], time: _time);
        using var answer = await SendAsync(gateway);
        Assert.Equal((429, "5", null), ((int)answer.StatusCode, answer.Header("Retry-After"), answer.Header("retry-after-ms")));
    }

    // failures.md §2.18: "all in cooldown → instant failure". The least bad is asked first.
    [Fact]
    public async Task PoolOfThree_AllAreOut_AreTriedInTheOrderOfTheirWaits()
    {
        await using var gateway = await Pools.StartAsync(SixtyFiveThirty, time: _time);
        (await SendAsync(gateway)).Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        using var answer = await SendAsync(gateway);
        Assert.Equal((429, "5"), ((int)answer.StatusCode, answer.Header("Retry-After")));
        Assert.StartsWith("b 429", (await gateway.RecordAsync(answer.Header("x-request-id"))).Trail(), StringComparison.Ordinal);
        Assert.Equal("b c a", string.Join(' ', (await gateway.RecordAsync(answer.Header("x-request-id"))).GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("target").GetString()![..1])));
    }

    [Fact]
    public async Task CountedRule_AllAreOut_Is503WithTheShortestWaitAndNobodyIsCalled()
    {
        await using var gateway = await Pools.StartAsync(SixtyFiveThirty, provider: Counted, time: _time);
        (await SendAsync(gateway)).Dispose();
        _time.Advance(TimeSpan.FromSeconds(2));

        using var answer = await SendAsync(gateway);
        Assert.Equal((503, "3", "0", null), ((int)answer.StatusCode, answer.Header("Retry-After"), answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
        Assert.Equal(
            """{"error":{"message":"Every provider of the model 'gpt' is out for the moment. Try again after the time that Retry-After says.","type":"server_error","param":null,"code":"no_target"}}""",
            await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
        Assert.Equal(3, gateway.Upstream.Log.Count);

        // Half-open after its trip duration: one call is let through.
        _time.Advance(TimeSpan.FromSeconds(3));
        using var later = await SendAsync(gateway);
        Assert.Equal((429, "1", 4L), ((int)later.StatusCode, later.Header("x-parley-attempts"), gateway.Upstream.Log.Count));
    }

    // Half-open: whoever loses the race for the one call sees the target as out.
    [Fact]
    public async Task CountedRule_TimeIsUpUnderLoad_ExactlyOneCallFindsOut()
    {
        const int Callers = 24;
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, provider: Counted, time: _time);
        var calls = 0;
        using var answers = new SemaphoreSlim(0);
        upstream.Answer = async context =>
        {
            if (Interlocked.Increment(ref calls) == 2) await answers.WaitAsync(context.RequestAborted);
            await CannedUpstream.Bytes("{\"error\":{}}"u8.ToArray(), "application/json", status: 500)(context);
        };
        (await SendAsync(gateway)).Dispose();
        _time.Advance(TimeSpan.FromSeconds(30));

        var asking = Enumerable.Range(0, Callers).Select(_ => SendAsync(gateway)).ToList();
        for (var refused = 0; refused < Callers - 1; refused++)
        {
            var first = await Task.WhenAny(asking);
            asking.Remove(first);
            using var answer = await first;
            Assert.Equal((503, "1"), ((int)answer.StatusCode, answer.Header("Retry-After")));
        }

        answers.Release();
        using var last = await asking.Single();
        Assert.Equal((500, 2), ((int)last.StatusCode, calls));
    }

    [Fact]
    public async Task OpenTarget_TimeIsUp_IsTriedAgainAndMended()
    {
        await using var gateway = await Pools.StartAsync(["gpt-4o", "gpt-4o-mini"], time: _time);
        gateway.Upstream.Faults.Next(1, "429", "7");
        foreach (var (pause, provider) in ((double, string)[])[(0, "b"), (6.5, "b"), (0.5, "a"), (0, "a")])
        {
            _time.Advance(TimeSpan.FromSeconds(pause));
            using var answer = await SendAsync(gateway);
            Assert.Equal((200, provider), ((int)answer.StatusCode, answer.Header("x-parley-provider")));
        }

        Assert.Contains(gateway.Log.Lines, line => line.Contains("Target a/gpt-4o is out of its pool until ", StringComparison.Ordinal) && line.Contains(": 429 (", StringComparison.Ordinal));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("Target a/gpt-4o is back in its pool: answered", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("429", "Retry-After", "86400")]
    [InlineData("429", "Retry-After", "Thu, 01 Jan 2026 00:00:42 GMT")]
    [InlineData("429", "retry-after-ms", "2500")]
    [InlineData("503", "Retry-After", "0")]
    [InlineData("500", null, null)]
    public async Task PoolOfOne_ProvidersOwnWait_IsUntouched(string status, string? name, string? value)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, time: _time);
        upstream.Answer = async context =>
        {
            if (name is not null) context.Response.Headers[name] = value;
            await CannedUpstream.Bytes("""{"error":{"message":"Please retry after 33 seconds."}}"""u8.ToArray(), "application/json", status: int.Parse(status, System.Globalization.CultureInfo.InvariantCulture))(context);
        };
        for (var call = 0; call < 2; call++)
        {
            using var answer = await SendAsync(gateway);
            Assert.Equal(status, ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
            foreach (var header in (string[])["Retry-After", "retry-after-ms"]) Assert.Equal(header == name ? value : null, answer.Header(header));
        }
    }

    [Fact]
    public async Task OneTarget_SeveralKeys_ToldTheWaitOfTheFirstThatComesBack()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, keys: "\"sk-1\", \"sk-2\", \"sk-3\"", time: _time);
        upstream.Answer = context =>
        {
            context.Response.Headers.RetryAfter = context.Request.Headers.Authorization.ToString()[^1] switch { '1' => "60", '2' => "5", _ => "30" };
            return CannedUpstream.Bytes("{\"error\":{}}"u8.ToArray(), "application/json", status: 429)(context);
        };
        using var answer = await SendAsync(gateway);
        Assert.Equal((429, "5", "3"), ((int)answer.StatusCode, answer.Header("Retry-After"), answer.Header("x-parley-attempts")));
    }

    [Fact]
    public async Task AttemptsBound_OthersAreWell_ToldToComeBackAtOnce()
    {
        await using var gateway = await Pools.StartAsync(SixtyFiveThirty, model: """ "retry": { "attempts": 1 }, """, time: _time);
        using var answer = await SendAsync(gateway);
        Assert.Equal((429, "1", "1"), ((int)answer.StatusCode, answer.Header("Retry-After"), answer.Header("x-parley-attempts")));
    }

    private static Task<HttpResponseMessage> SendAsync(GatewayHost gateway) =>
        gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit());
}
