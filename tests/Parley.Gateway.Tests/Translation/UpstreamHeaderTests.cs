using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>What travels up beside the body: the provider's own credential in its own header, and of the caller's headers only those of the dialect spoken upstream.</summary>
public sealed class UpstreamHeaderTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    private static readonly (string Name, string Value)[] Sent =
    [
        ("anthropic-version", "2023-01-01"), ("anthropic-beta", "token-efficient-tools-2025-02-19"), ("OpenAI-Organization", "org-marker"), ("OpenAI-Project", "proj-marker"),
        ("Cookie", "session=cookie-marker"), ("x-goog-user-project", "google-marker"), ("X-Forwarded-For", "203.0.113.9"), ("x-stainless-lang", "js"),
    ];

    [Fact]
    [Trait("Contract", "5.claude")]
    public async Task EveryPair_SendsTheProvidersKey_AndNothingOfTheCallers()
    {
        var gateway = fixture.Gateway;
        foreach (var surface in CallerSurface.All)
        {
            foreach (var target in ProviderTarget.All)
            {
                gateway.Upstream.Log.Clear();
                var answer = await gateway.Client.PostAsync(surface.PathOf(target.Id), surface.BodyOf(target.Id),
                    [.. surface.Dialect == Dialect.AnthropicMessages ? Sent[1..] : Sent, ("x-goog-api-key", "caller-google-key"), ("api-key", "caller-azure-key")]);
                Assert.True(answer.Status == 200, $"{surface} on {target}: {answer.Body}");
                var request = gateway.Upstream.Log.Requests.Single();
                var (name, key) = target.Provider switch
                {
                    "openai" => ("Authorization", $"Bearer sk-{TranslationGateway.KeyMark}-openai"),
                    "anthropic" => ("x-api-key", $"sk-ant-{TranslationGateway.KeyMark}"),
                    "foundry" => ("x-api-key", $"{TranslationGateway.KeyMark}-azure"),
                    "gemini" => ("x-goog-api-key", $"{TranslationGateway.KeyMark}-gemini"),
                    _ => ("Authorization", null),
                };
                if (key is null) Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIASIMULATED/", request.Header(name), StringComparison.Ordinal);
                else Assert.Equal(key, request.Header(name));
                Assert.Equal(0, gateway.Upstream.Log.KeysInUrls);
                Assert.DoesNotContain(TranslationGateway.KeyMark, request.PathAndQuery, StringComparison.Ordinal);
                string[] never = [GatewayHost.AdminKey, "cookie-marker", "google-marker", "caller-google-key", "caller-azure-key", "203.0.113.9"];
                Assert.DoesNotContain(request.Headers, header => never.Any(word => header.Value.Contains(word, StringComparison.Ordinal)) || header.Key.StartsWith("x-stainless", StringComparison.OrdinalIgnoreCase));
                Assert.Equal(target.Provider == "openai" ? "org-marker" : null, request.Header("OpenAI-Organization"));
                Assert.Equal(target.Dialects is [Dialect.AnthropicMessages] ? "token-efficient-tools-2025-02-19" : null, request.Header("anthropic-beta"));
            }
        }
    }

    [Fact]
    public async Task AnthropicVersion_IsTheCallersOnASplice_ElseTheOneThereIs()
    {
        var gateway = fixture.Gateway;
        await gateway.Client.PostAsync("/v1/messages", CallerSurface.Messages.BodyOf("on-anthropic"), ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a,b"));
        Assert.Equal(("2023-06-01", "a,b"), (gateway.Upstream.Log.Last.Header("anthropic-version"), gateway.Upstream.Log.Last.Header("anthropic-beta")));
        await gateway.AskAsync(CallerSurface.Chat, "on-anthropic");
        Assert.Equal("2023-06-01", gateway.Upstream.Log.Last.Header("anthropic-version"));
        await gateway.AskAsync(CallerSurface.Chat, "on-openai");
        Assert.Null(gateway.Upstream.Log.Last.Header("anthropic-version"));
    }

    [Fact]
    public async Task CallersKey_InGeminisUrl_GoesNoFurther()
    {
        var gateway = fixture.Gateway;
        using var anonymous = gateway.CreateClient(null);
        gateway.Upstream.Log.Clear();
        foreach (var target in ProviderTarget.All)
        {
            var answer = await anonymous.PostAsync($"/v1beta/models/{target.Id}:generateContent?key={GatewayHost.AdminKey}", CallerSurface.Gemini.BodyOf(target.Id));
            // Whether a key is taken there is the entrance's affair; that it does not travel on is ours.
            Assert.True(answer.Status is 200 or 401, answer.Body);
        }

        Assert.Equal(0, gateway.Upstream.Log.KeysInUrls);
        Assert.DoesNotContain(gateway.Upstream.Log.Requests, request => request.PathAndQuery.Contains(GatewayHost.AdminKey, StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(GatewayHost.AdminKey, StringComparison.Ordinal) || line.Contains(TranslationGateway.KeyMark, StringComparison.Ordinal));
    }
}
