using Azure.Core;
using Azure.Identity;
using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Providers;

/// <summary>Sign-in through the whole gateway, on Azure and on OpenAI-compatible providers.</summary>
public sealed class SignInTests
{
    [Theory]
    [InlineData("azure-openai", "endpoint", "", "managed-identity", ProviderAuthKind.ManagedIdentity)]
    [InlineData("azure-openai", "endpoint", "", "workload-identity", ProviderAuthKind.WorkloadIdentity)]
    [InlineData("openai-compatible", "baseUrl", "v1", "default", ProviderAuthKind.Default)]
    [Trait("Contract", "2.identity")]
    [Trait("Contract", "3.backend")]
    [Trait("Contract", "5.auth")]
    public async Task Entra_SendsTheTokenAndKeepsItOverReloads(string type, string address, string path, string kind, ProviderAuthKind expected)
    {
        var credential = new CountingCredential(() => new AccessToken("eyJ.entra", TimeProvider.System.GetUtcNow().AddHours(1)));
        var kinds = new List<ProviderAuthKind>();
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = up => Config($$""" "type": "{{type}}", "{{address}}": "{{up}}{{path}}", "auth": { "kind": "{{kind}}" } """),
            Credentials = auth =>
            {
                kinds.Add(auth.Kind);
                return credential;
            },
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
            Assert.Equal(("Bearer eyJ.entra", null), (gateway.Upstream.Log.Last.Header("Authorization"), gateway.Upstream.Log.Last.Header("api-key")));
            Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        }

        Assert.Equal([expected], kinds);
        Assert.Equal(1, credential.Asked);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("eyJ.entra", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entra_ThatFails_Is502AndTheNextTargetAnswersWhereThereIsOne()
    {
        var credential = new CountingCredential(() => throw new CredentialUnavailableException("no identity at 169.254.169.254"));
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = up => Config(
                $$""" "type": "azure-openai", "endpoint": "{{up}}", "auth": { "kind": "managed-identity" } """,
                $$""" "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" """),
            Credentials = _ => credential,
        });
        var both = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("both"));
        Assert.Equal((200, "other", "2"), (both.Status, both.Header("x-parley-provider"), both.Header("x-parley-attempts")));
        // The credential is known to be bad now: where another target is left, it is passed over.
        var again = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("both"));
        Assert.Equal((200, "other", "1"), (again.Status, again.Header("x-parley-provider"), again.Header("x-parley-attempts")));
        // Where none is, it is tried all the same.
        var alone = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        Assert.Equal((502, "upstream_authentication"), (alone.Status, (string?)alone.Error["code"]));
        Assert.DoesNotContain("169.254", alone.Body, StringComparison.Ordinal);
        Assert.Equal(1, credential.Asked);
    }

    [Fact]
    [Trait("Contract", "3.backend")]
    public async Task OpenAICompatible_WithAHeaderOrTheCallersToken_SignsInWithIt()
    {
        await using var header = await GatewayHost.StartAsync(new()
        {
            Config = up => Config($$""" "type": "openai-compatible", "baseUrl": "{{up}}v1", "auth": { "kind": "header", "name": "Authorization", "value": "Bearer {{Wire.UpstreamKey}}" } """),
        });
        Assert.Equal(200, (await header.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
        Assert.Equal($"Bearer {Wire.UpstreamKey}", header.Upstream.Log.Last.Header("Authorization"));

        await using var bearer = await GatewayHost.StartAsync(new()
        {
            Config = up => Config($$""" "type": "openai-compatible", "baseUrl": "{{up}}v1", "auth": { "kind": "caller-bearer" } """),
        });
        using var nobody = bearer.CreateClient("eyJ.callers.token");
        Assert.Equal(200, (await nobody.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), ("api-key", GatewayHost.AdminKey))).Status);
        Assert.Equal("Bearer eyJ.callers.token", bearer.Upstream.Log.Last.Header("Authorization"));
    }

    [Fact]
    [Trait("Contract", "5.endpoint")]
    public async Task Endpoint_OfTheConfiguredOnes_IsCalledWithThisProvidersCredential()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = up => Config($$""" "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "endpoints": ["{{Other(up)}}"] """),
        });
        var other = Other(gateway.Upstream.BaseAddress.AbsoluteUri);
        foreach (var written in (string[])[other, other.TrimEnd('/'), other.ToUpperInvariant()])
        {
            Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt", $",\"endpoint\":\"{written}\""))).Status);
            Assert.Equal((new Uri(other).Authority, Wire.UpstreamKey), (gateway.Upstream.Log.Last.Header("Host"), gateway.Upstream.Log.Last.Header("api-key")));
        }

        static string Other(string up) => up.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
    }

    private static string Config(string provider, string? other = null) => $$"""
        {
          "providers": { "lab": { {{provider}} }{{(other is null ? "" : $$""", "other": { {{other}} }""")}} },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] }
            {{(other is null ? "" : """, { "modelId": "both", "targets": [ { "provider": "lab", "model": "gpt-4o" }, { "provider": "other", "model": "gpt-4o", "priority": 2 } ] }""")}} ]
        }
        """;

    private sealed class CountingCredential(Func<AccessToken> answer) : TokenCredential
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return ValueTask.FromResult(answer());
        }
    }
}
