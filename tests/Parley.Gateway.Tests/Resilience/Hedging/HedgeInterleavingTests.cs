using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>Whatever the order in which two answers come, and wherever one of them breaks: the caller sees one of them, and not a byte of the other.</summary>
public sealed class HedgeInterleavingTests
{
    private const int Runs = 200;

    [Theory]
    [InlineData(GatewayCalls.Chat, true)]
    [InlineData(GatewayCalls.Responses, true)]
    [InlineData(GatewayCalls.Chat, false)]
    public async Task TwoAnswers_InAnyOrder_AreNeverMixed(string path, bool stream)
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var won = new Dictionary<string, int>();
        for (var seed = 0; seed < Runs; seed++)
        {
            // Of the last run nothing is left that could keep a target out of this one.
            foreach (var state in fixture.States) state.Breakers[0].Reset(TimeProvider.System.GetTimestamp());
            var (answer, sent) = await RunAsync(fixture, path, stream, new Random(seed));
            var who = answer.Header("x-parley-provider")!;
            Assert.True(answer.Status is 200 or 502, $"seed {seed}: {answer.Status} {answer.Body}");
            Assert.Equal("2", answer.Header("x-parley-attempts"));
            if (answer.Status == 200) Assert.True(IsWholeOrCut(answer.Body, sent[who]), $"seed {seed}, {who}: {answer.Body}");
            var key = answer.Status == 200 ? who : "nobody";
            won[key] = won.GetValueOrDefault(key) + 1;
            var trail = HedgeFixture.Trail(await fixture.RecordAsync(answer.Header("x-request-id")!, 2));
            Assert.Equal(2, trail.Length);
        }

        // A test in which one of them always won would show nothing.
        Assert.True(won["one"] > Runs / 10 && won["two"] > Runs / 10, string.Join(", ", won));
        await fixture.AssertNothingLeftAsync();
    }

    private static async Task<(Wire.Answer Answer, Dictionary<string, string> Sent)> RunAsync(HedgeFixture fixture, string path, bool stream, Random random)
    {
        var asking = fixture.AskAsync(stream, path);
        var calls = new[] { await fixture.One.NextAsync(), await fixture.Two.NextAsync() };
        var parts = new[] { Parts(path, stream, "one", random), Parts(path, stream, "two", random) };
        var sent = new Dictionary<string, string> { ["one"] = string.Concat(parts[0]), ["two"] = string.Concat(parts[1]) };
        // One in eight breaks somewhere.
        var breaks = new[] { random.Next(8) == 0 ? random.Next(parts[0].Count + 1) : -1, random.Next(8) == 0 ? random.Next(parts[1].Count + 1) : -1 };
        var at = new[] { 0, 0 };
        while (at[0] <= parts[0].Count || at[1] <= parts[1].Count)
        {
            var next = random.Next(2);
            if (at[next] > parts[next].Count) next = 1 - next;
            var (call, part) = (calls[next], at[next]++);
            if (part == breaks[next]) call.Break();
            else if (part == parts[next].Count) call.End();
            else await call.SendAsync(parts[next][part], stream ? "text/event-stream" : "application/json");
            if (part == breaks[next]) at[next] = parts[next].Count + 1;
            if (random.Next(4) == 0) await Task.Yield();
        }

        return (await asking, sent);
    }

    private static List<string> Parts(string path, bool stream, string who, Random random)
    {
        if (!stream)
        {
            var plain = HedgeAnswers.Plain(path, who);
            var cut = random.Next(1, plain.Length);
            return [plain[..cut], plain[cut..]];
        }

        List<string> parts = [];
        for (var i = random.Next(3); i > 0; i--) parts.Add(HedgeAnswers.Prelude(path, who));
        for (var i = 1 + random.Next(6); i > 0; i--) parts.Add(HedgeAnswers.Content(path, who, i));
        parts.Add(HedgeAnswers.End(path, who));
        return parts;
    }

    // One that broke after its first content ends in an error event, which is Parley's own.
    private static bool IsWholeOrCut(string body, string sent)
    {
        if (body == sent) return true;
        var error = body.LastIndexOf("event: error\n", StringComparison.Ordinal) is >= 0 and var named ? named : body.LastIndexOf("data: {\"error\"", StringComparison.Ordinal);
        return error > 0 && sent.StartsWith(body[..error], StringComparison.Ordinal);
    }
}
