using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>A setting that the model refuses (a temperature, where it takes none) is left out and told, refused by name, or passed on, as the model's policy says.</summary>
public sealed class UnsupportedSettingTests
{
    private const string Hot = ""","temperature":0.5""";

    // Spliced, and translated.
    private static readonly (CallerSurface Surface, string Target)[] Pairs =
        [(CallerSurface.Chat, "on-reasoning"), (CallerSurface.ResponsesStream, "on-reasoning"), (CallerSurface.Messages, "on-reasoning")];

    [Fact]
    public async Task Drop_LeavesItOut_AndTells()
    {
        await using var gateway = await TranslationGateway.StartAsync();
        foreach (var (surface, target) in Pairs)
        {
            var answer = await gateway.AskAsync(surface, target, more: Hot);
            Assert.Equal((200, "temperature"), (answer.Status, answer.Header("x-parley-lost")));
            Assert.Null(gateway.Sent()["temperature"]);
        }
    }

    [Fact]
    public async Task Reject_NamesIt_AndCallsNobody()
    {
        await using var gateway = await TranslationGateway.StartAsync(modelSettings: """ "onUnsupported": "reject" """);
        foreach (var (surface, target) in Pairs)
        {
            var error = SurfaceError.Read(surface, await gateway.AskAsync(surface, target, more: Hot), 400);
            Assert.Contains("temperature", error.Message, StringComparison.Ordinal);
            if (surface.Dialect != Dialect.AnthropicMessages) Assert.Equal("temperature", error.Field);
        }

        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task Pass_LetsTheProviderRefuse()
    {
        await using var gateway = await TranslationGateway.StartAsync(modelSettings: """ "onUnsupported": "pass" """);
        foreach (var (surface, target) in Pairs.Where(pair => ProviderTarget.Of(pair.Target).IsSplicedFrom(pair.Surface)))
        {
            var error = SurfaceError.Read(surface, await gateway.AskAsync(surface, target, more: Hot), 400);
            Assert.Contains("temperature", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(2, gateway.Upstream.Log.Count);
    }
}
