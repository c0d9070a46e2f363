using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>Errors inside a stream, before and after its first word, across dialects; and callers who leave.</summary>
public sealed class StreamFailureTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    private const string Long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";

    // After so many events of its own each provider has begun to speak and is not at its end.
    private static readonly Dictionary<string, string> InTheMiddle = new()
    {
        ["on-openai"] = "6",
        ["on-reasoning"] = "14",
        ["on-anthropic"] = "7",
        ["on-azure-claude"] = "7",
        ["on-bedrock-claude"] = "6",
        ["on-bedrock-llama"] = "6",
        ["on-gemini"] = "3",
    };

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var surface in CallerSurface.Streams)
        {
            foreach (var target in ProviderTarget.All) pairs.Add(surface.Name, target.Id);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task ErrorAsFirstEvent_IsAnHonestStatus(string surfaceName, string targetId)
    {
        var (gateway, surface) = (fixture.Gateway, CallerSurface.Of(surfaceName));
        gateway.Upstream.Faults.Next(1, "error-first-event");
        var answer = await gateway.AskAsync(surface, targetId);
        Assert.InRange(answer.Status, 500, 529);
        SurfaceError.Read(surface, answer, answer.Status);
        Assert.Equal("upstream_failed", (await gateway.RecordAsync(answer.RequestId())).Flags());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task ErrorInTheMiddle_IsAnErrorEventOfTheCallersDialect(string surfaceName, string targetId)
    {
        var (gateway, surface) = (fixture.Gateway, CallerSurface.Of(surfaceName));
        gateway.Upstream.Faults.Next(1, "error-event", InTheMiddle[targetId]);
        var answer = await gateway.AskAsync(surface, targetId, Long);

        Assert.Equal((200, surface.ContentType), (answer.Status, answer.Header("Content-Type")));
        var said = SurfaceAnswer.Read(surface, answer.Body);
        Assert.StartsWith(said.Text, "[simulated] " + Long, StringComparison.Ordinal);
        Assert.NotEmpty(said.Text);
        Assert.NotEmpty((string)said.Error!["message"]!);
        Assert.False(said.HasEndMarker, answer.Body);
        if (surface.Dialect == Dialect.AnthropicMessages) Assert.EndsWith("_error", (string)said.Error["type"]!, StringComparison.Ordinal);
        var record = await gateway.RecordAsync(answer.RequestId());
        Assert.NotNull(record.GetProperty("error").GetString());
        Assert.Equal(1, record.GetProperty("attempts").GetArrayLength());
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Caller_LeavesInTheMiddle_UpstreamIsCancelled(string surfaceName, string targetId)
    {
        var (gateway, surface) = (fixture.Gateway, CallerSurface.Of(surfaceName));
        gateway.Upstream.Log.Clear();
        gateway.Upstream.Faults.Next(1, "stall", InTheMiddle[targetId]);
        string requestId;
        using (var answer = await gateway.SendAsync(surface.PathOf(targetId), surface.BodyOf(targetId, Long), GatewayCalls.Limit()))
        {
            requestId = answer.Headers.GetValues("x-request-id").Single();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit()));
            while (!(await reader.ReadLineAsync(GatewayCalls.Limit()))!.Contains("simulated", StringComparison.Ordinal)) { }

            // A read that is cancelled closes the connection; without one the client would first wait for the rest.
            using var leave = new CancellationTokenSource();
            var reading = reader.ReadToEndAsync(leave.Token);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        await gateway.Upstream.Log.WaitForAbortAsync(GatewayCalls.Limit());
        var record = await gateway.RecordAsync(requestId);
        Assert.EndsWith("client_aborted", record.Flags(), StringComparison.Ordinal);
        Assert.Equal((true, false), (record.GetProperty("aborted").GetBoolean(), record.GetProperty("truncated").GetBoolean()));
        await gateway.AssertNothingLeftAsync();
    }
}
