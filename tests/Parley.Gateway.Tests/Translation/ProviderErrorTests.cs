using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>A provider's refusals and failures, as a caller of another dialect is told of them: status, words and waiting time stay, the shape is the caller's.</summary>
public sealed class ProviderErrorTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    private static readonly Dictionary<ProviderTarget, string> TooLong = new()
    {
        [ProviderTarget.OpenAI] = "maximum context length",
        [ProviderTarget.Reasoning] = "maximum context length",
        [ProviderTarget.Anthropic] = "prompt is too long",
        [ProviderTarget.AzureClaude] = "prompt is too long",
        [ProviderTarget.BedrockClaude] = "Input is too long for requested model.",
        [ProviderTarget.BedrockLlama] = "Input is too long for requested model.",
        [ProviderTarget.Gemini] = "The input token count (1200000) exceeds",
    };

    public static TheoryData<string, string> Pairs() => SurfaceMatrixTests.Pairs();

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task ContextLength_IsTold_InTheProvidersWordsAndTheCallersShape(string surfaceName, string targetId)
    {
        var (surface, target, error, answer) = await FailAsync(surfaceName, targetId, "400-context-length", null, 400);
        Assert.Contains(TooLong[target], error.Message, StringComparison.Ordinal);
        Assert.Equal(surface.Dialect == Dialect.GeminiContent ? "INVALID_ARGUMENT" : "invalid_request_error", error.Type);
        // The one code of these refusals that programs look at.
        if (target.Provider == "openai" && surface.Dialect is Dialect.OpenAIChat or Dialect.OpenAIResponses) Assert.Equal("context_length_exceeded", error.Code);
        Assert.Equal("upstream_rejected", (await fixture.Gateway.RecordAsync(answer.RequestId())).Flags());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task RefusedCredential_IsTheGatewaysOwnFault(string surfaceName, string targetId)
    {
        foreach (var fault in (string[])["401", "403"])
        {
            var (surface, _, error, answer) = await FailAsync(surfaceName, targetId, fault, null, 502);
            Assert.Equal(Type(surface, "server_error", "api_error", "UNAVAILABLE"), error.Type);
            Assert.Contains("Your key is fine", error.Message, StringComparison.Ordinal);
            if (surface.Dialect is Dialect.OpenAIChat or Dialect.OpenAIResponses) Assert.Equal("upstream_authentication", error.Code);
            Assert.Equal("upstream_unauthorized", (await fixture.Gateway.RecordAsync(answer.RequestId())).Flags());
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task RateLimit_KeepsItsWaitingTime(string surfaceName, string targetId)
    {
        var (surface, target, error, answer) = await FailAsync(surfaceName, targetId, "429", "7", 429);
        if (!target.IsSplicedFrom(surface)) Assert.Equal(Type(surface, "rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"), error.Type);
        Assert.Equal("7", answer.Header("Retry-After"));
        Assert.Equal("upstream_rate_limited", (await fixture.Gateway.RecordAsync(answer.RequestId())).Flags());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Overload_KeepsItsStatus(string surfaceName, string targetId)
    {
        foreach (var status in (int[])[503, 529])
        {
            var (surface, target, error, _) = await FailAsync(surfaceName, targetId, $"{status}", null, status);
            if (target.IsSplicedFrom(surface)) continue;
            Assert.Equal(Type(surface, "server_error", status == 529 ? "overloaded_error" : "api_error", "UNAVAILABLE"), error.Type);
        }
    }

    private async Task<(CallerSurface Surface, ProviderTarget Target, SurfaceError Error, Wire.Answer Answer)> FailAsync(
        string surfaceName, string targetId, string fault, string? argument, int status)
    {
        var (gateway, surface, target) = (fixture.Gateway, CallerSurface.Of(surfaceName), ProviderTarget.Of(targetId));
        gateway.Upstream.Faults.Next(1, fault, argument);
        var answer = await gateway.AskAsync(surface, target.Id);
        return (surface, target, SurfaceError.Read(surface, answer, status), answer);
    }

    private static string Type(CallerSurface surface, string openAI, string anthropic, string google) => surface.Dialect switch
    {
        Dialect.AnthropicMessages => anthropic,
        Dialect.GeminiContent => google,
        _ => openAI,
    };
}
