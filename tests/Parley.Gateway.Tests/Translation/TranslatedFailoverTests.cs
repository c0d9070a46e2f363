using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>Another target takes over whatever its dialect: from a splice to a translation, from one translation to another, and back.</summary>
public sealed class TranslatedFailoverTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TranslationGateway.StartAsync(models: string.Join(",",
        from first in ProviderTarget.All
        from second in ProviderTarget.All
        where first.Provider != second.Provider
        select TranslationGateway.Model($"{first.Id}-then-{second.Id}", "", first, second)),
        // The first target fails in one case after another and is to be asked in each of them.
        providerSettings: """ "breaker": { "rule": "off" }, """);

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var surface in CallerSurface.All)
        {
            foreach (var (first, second) in (IEnumerable<(ProviderTarget, ProviderTarget)>)[
                (ProviderTarget.OpenAI, ProviderTarget.Anthropic), (ProviderTarget.Anthropic, ProviderTarget.OpenAI), (ProviderTarget.Gemini, ProviderTarget.BedrockClaude),
                (ProviderTarget.BedrockLlama, ProviderTarget.Gemini), (ProviderTarget.AzureClaude, ProviderTarget.Reasoning)]) cases.Add(surface.Name, first.Id, second.Id);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Contract", "3.failover")]
    public async Task FirstTarget_Fails_SecondAnswersInTheCallersDialect(string surfaceName, string firstId, string secondId)
    {
        var (surface, first, second) = (CallerSurface.Of(surfaceName), ProviderTarget.Of(firstId), ProviderTarget.Of(secondId));
        // What the first said before it failed (a role, message_start, response.created) was held and is never seen. Gemini's first event is content already.
        (string Name, string? Argument)[] faults = surface.IsStream && first != ProviderTarget.Gemini
            ? [("503", null), ("error-first-event", null), ("cut-body", "1"), ("cut-connection", "1")]
            : [("503", null), ("429", "1"), ("error-body", null), ("cut-connection", "0")];
        foreach (var (fault, argument) in faults)
        {
            _gateway.Upstream.Log.Clear();
            _gateway.Upstream.Faults.Next(1, fault, argument);
            var answer = await _gateway.AskAsync(surface, $"{firstId}-then-{secondId}", "good day");

            Assert.True(answer.Status == 200, $"{fault}: {answer.Body}");
            Assert.Equal((second.Provider, second.Upstream, "2"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
            var said = SurfaceAnswer.Read(surface, answer.Body);
            Assert.True(said.IsWhole && said.Error is null, $"{fault}: {answer.Body}");
            Assert.Equal("[simulated] good day", said.Text);
            Assert.Equal(1, Starts(surface, said));
            Assert.Equal(2, _gateway.Upstream.Log.Count);

            var record = await _gateway.RecordAsync(answer.RequestId());
            var attempts = record.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("target").GetString()).ToList();
            Assert.Equal([$"{first.Provider}/{first.Upstream}", $"{second.Provider}/{second.Upstream}"], attempts);
            Assert.Equal("", record.Flags().Replace("estimated", "", StringComparison.Ordinal));
        }

        await _gateway.AssertNothingLeftAsync();
    }

    // The event with which a stream of the dialect begins, once; Gemini and plain answers have none.
    private static int Starts(CallerSurface surface, SurfaceAnswer said) => surface switch
    {
        { IsStream: false } or { Dialect: Dialect.GeminiContent } => 1,
        { Dialect: Dialect.OpenAIChat } => said.Events.Count(e => (string?)e["choices"]?.AsArray().FirstOrDefault()?["delta"]?["role"] is not null),
        { Dialect: Dialect.OpenAIResponses } => said.Events.Count(e => (string?)e["type"] == "response.created"),
        _ => said.Events.Count(e => (string?)e["type"] == "message_start"),
    };
}
