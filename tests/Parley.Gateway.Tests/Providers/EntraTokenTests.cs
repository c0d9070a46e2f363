using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Azure;
using Parley.Testing;

namespace Parley.Gateway.Tests.Providers;

/// <summary>One token for all: asked for once, renewed in the background, and what a failure says.</summary>
public sealed class EntraTokenTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task Token_ForManyCallersAtOnce_IsAskedForOnce()
    {
        var credential = new StagedCredential();
        var source = Source(credential);
        var callers = Enumerable.Range(0, 100).Select(_ => source.GetAsync(_soon).AsTask()).ToArray();
        credential.Answer("t1", _time.GetUtcNow().AddHours(1));
        Assert.All(await Task.WhenAll(callers), token => Assert.Equal("Bearer t1", token.Header));
        Assert.Equal(("Bearer t1", 1), ((await source.GetAsync(_soon)).Header, credential.Asked));
        Assert.Equal("https://cognitiveservices.azure.com/.default", credential.Scopes.Single());
    }

    [Fact]
    public async Task Token_NearItsEnd_IsRenewedInTheBackgroundWhileTheOldOneServes()
    {
        var credential = new StagedCredential();
        var source = Source(credential);
        credential.Answer("t1", _time.GetUtcNow().AddHours(1));
        await source.GetAsync(_soon);
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal(("Bearer t1", 1), ((await source.GetAsync(_soon)).Header, credential.Asked));

        _time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 50; i++) Assert.Equal("Bearer t1", (await source.GetAsync(_soon)).Header);
        await credential.AskedAsync(2, _soon);
        credential.Answer("t2", _time.GetUtcNow().AddHours(1));
        await UntilAsync(async () => (await source.GetAsync(_soon)).Header == "Bearer t2");
        Assert.Equal(2, credential.Asked);
    }

    [Fact]
    public async Task Token_ThatLivesShort_IsNotAskedForWithEveryRequest()
    {
        var credential = new StagedCredential();
        var source = Source(credential);
        credential.Answer("t1", _time.GetUtcNow().AddMinutes(4));
        for (var i = 0; i < 50; i++) Assert.Equal("Bearer t1", (await source.GetAsync(_soon)).Header);
        Assert.Equal(1, credential.Asked);
    }

    [Fact]
    public async Task Failure_Is502AndRetriedLater_NotAtOnce()
    {
        var credential = new StagedCredential();
        var source = Source(credential);
        credential.Fail(new CredentialUnavailableException("no identity at 169.254.169.254"));
        var (header, error) = await source.GetAsync(_soon);
        Assert.Null(header);
        Assert.Equal((502, "upstream_authentication"), (GatewayErrorTable.StatusOf(error!), GatewayErrorTable.CodeOf(error!)));
        Assert.DoesNotContain("169.254", error!.Message, StringComparison.Ordinal);

        for (var i = 0; i < 20; i++) Assert.NotNull((await source.GetAsync(_soon)).Error);
        Assert.Equal(1, credential.Asked);
        _time.Advance(TimeSpan.FromSeconds(11));
        credential.Answer("t1", _time.GetUtcNow().AddHours(1));
        Assert.Equal("Bearer t1", (await source.GetAsync(_soon)).Header);
    }

    [Fact]
    public async Task Failure_OfAnyKind_IsAnErrorOfTheTarget()
    {
        var credential = new StagedCredential();
        credential.Fail(new FormatException("a credential's own defect"));
        Assert.Equal(GatewayErrorKind.UpstreamUnauthorized, (await Source(credential).GetAsync(_soon)).Error!.Kind);
    }

    [Fact]
    public async Task Credential_ThatNeverAnswers_IsGivenUp()
    {
        var credential = new StagedCredential();
        var waiting = Source(credential).GetAsync(_soon).AsTask();
        await credential.AskedAsync(1, _soon);
        await _time.WaitForTimersAsync(2, _soon);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(GatewayErrorKind.UpstreamUnauthorized, (await waiting).Error!.Kind);
    }

    [Fact]
    public async Task FailureNearTheEnd_KeepsTheTokenThatStillWorks()
    {
        var credential = new StagedCredential();
        var source = Source(credential);
        credential.Answer("t1", _time.GetUtcNow().AddHours(1));
        await source.GetAsync(_soon);
        credential.Fail(new AuthenticationFailedException("down"));
        _time.Advance(TimeSpan.FromMinutes(57));
        for (var i = 0; i < 5; i++) Assert.Equal("Bearer t1", (await source.GetAsync(_soon)).Header);
    }

    [Theory]
    [InlineData(ProviderAuthKind.ManagedIdentity, typeof(ManagedIdentityCredential))]
    [InlineData(ProviderAuthKind.Entra, typeof(ClientSecretCredential))]
    [InlineData(ProviderAuthKind.WorkloadIdentity, typeof(WorkloadIdentityCredential))]
    [InlineData(ProviderAuthKind.Default, typeof(DefaultAzureCredential))]
    [Trait("Contract", "2.identity")]
    [Trait("Contract", "3.backend")]
    [Trait("Contract", "5.auth")]
    public void Kind_IsAzureIdentitysOwnCredential(ProviderAuthKind kind, Type expected)
    {
        const string Tenant = "00000000-0000-0000-0000-000000000001";
        var auth = new ProviderAuthConfig(kind) { TenantId = Tenant, ClientId = "app", ClientSecret = new Secret("secret") };
        Assert.IsType(expected, EntraCredentials.Create(auth));
        if (kind == ProviderAuthKind.ManagedIdentity) Assert.IsType(expected, EntraCredentials.Create(auth with { ClientId = null }));
    }

    private EntraTokenSource Source(TokenCredential credential) =>
        new("azure", credential, "https://cognitiveservices.azure.com/.default", _time, NullLogger<EntraTokenSource>.Instance);

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _soon);
    }

    /// <summary>Answers in the order in which the test says; waits while it has said nothing, and does not heed cancellation.</summary>
    private sealed class StagedCredential : TokenCredential
    {
        private readonly SemaphoreSlim _staged = new(0);
        private readonly System.Collections.Concurrent.ConcurrentQueue<Func<AccessToken>> _answers = new();
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public IReadOnlyList<string> Scopes { get; private set; } = [];

        public void Answer(string token, DateTimeOffset expires) => Stage(() => new AccessToken(token, expires));

        public void Fail(Exception exception) => Stage(() => throw exception);

        public async Task AskedAsync(int times, CancellationToken cancellation)
        {
            while (Asked < times) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = requestContext.Scopes;
            Interlocked.Increment(ref _asked);
            await _staged.WaitAsync(CancellationToken.None);
            return _answers.TryDequeue(out var answer) ? answer() : throw new InvalidOperationException("nothing was staged");
        }

        private void Stage(Func<AccessToken> answer)
        {
            _answers.Enqueue(answer);
            _staged.Release();
        }
    }
}
