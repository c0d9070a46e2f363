using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>Token counts are the provider's own: passed through where it has a counter for the API, and a clear 404 in the caller's shape elsewhere.</summary>
public sealed class CountTokensTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    private const string Contents = """{"contents":[{"role":"user","parts":[{"text":"one two three"}]}]}""";

    public static TheoryData<string> Targets() => [.. ProviderTarget.All.Select(target => target.Id)];

    private static string Messages(string model) => $$"""{"model":"{{model}}","messages":[{"role":"user","content":"one two three"}]}""";

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Messages_CountTokens(string targetId)
    {
        var (gateway, target) = (fixture.Gateway, ProviderTarget.Of(targetId));
        gateway.Upstream.Log.Clear();
        foreach (var prefix in (string[])["/v1", "/anthropic/v1"])
        {
            var answer = await gateway.Client.PostAsync($"{prefix}/messages/count_tokens", Messages(targetId));
            if (!target.IsSplicedFrom(CallerSurface.Messages))
            {
                Assert.Equal("not_found_error", SurfaceError.Read(CallerSurface.Messages, answer, 404).Type);
                Assert.Equal(0, gateway.Upstream.Log.Count);
                continue;
            }

            Assert.Equal(200, answer.Status);
            Assert.True((int)answer.Json["input_tokens"]! > 0, answer.Body);
            Assert.EndsWith("/v1/messages/count_tokens", gateway.Upstream.Log.Last.PathAndQuery, StringComparison.Ordinal);
            await AssertFreeAsync(gateway, answer);
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Gemini_CountTokens(string targetId)
    {
        var (gateway, target) = (fixture.Gateway, ProviderTarget.Of(targetId));
        gateway.Upstream.Log.Clear();
        foreach (var prefix in (string[])["/v1beta", "/genai/v1beta"])
        {
            var answer = await gateway.Client.PostAsync($"{prefix}/models/{targetId}:countTokens", Contents);
            if (!target.IsSplicedFrom(CallerSurface.Gemini))
            {
                Assert.Equal("NOT_FOUND", SurfaceError.Read(CallerSurface.Gemini, answer, 404).Type);
                Assert.Equal(0, gateway.Upstream.Log.Count);
                continue;
            }

            Assert.Equal(200, answer.Status);
            Assert.True((int)answer.Json["totalTokens"]! > 0, answer.Body);
            Assert.Equal("/v1beta/models/gemini-2.5-flash:countTokens", gateway.Upstream.Log.Last.PathAndQuery);
            Assert.Equal(Contents, Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span));
            await AssertFreeAsync(gateway, answer);
        }
    }

    // Both vendors count for nothing: there is a record of the call, and no tokens in it, not even estimated ones.
    private static async Task AssertFreeAsync(GatewayHost gateway, Wire.Answer answer)
    {
        var record = await gateway.RecordAsync(answer.RequestId());
        Assert.Equal("", record.Flags());
        Assert.Equal((0L, 0L, 0L, 0L), record.Tokens());
    }
}
