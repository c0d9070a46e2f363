using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Bedrock;
using Parley.Testing;

namespace Parley.Gateway.Tests.Providers.Bedrock;

/// <summary>One credential for all: asked for once, renewed in the background, and what a failure says.</summary>
public sealed class AwsCredentialSourceTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
    private readonly System.Collections.Concurrent.ConcurrentQueue<TaskCompletionSource<AwsCredential>> _asked = new();

    [Fact]
    public async Task Credential_OfTheConfiguration_GoesBeforeTheChain()
    {
        var config = SigV4SignerTests.Config() with { AccessKeyId = "id", SecretAccessKey = new Secret("secret") };
        var (credential, error) = await Source(config).GetAsync(_soon);
        Assert.Equal(new AwsCredential("id", new Secret("secret")), credential);
        Assert.Null(error);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Credential_ForManyCallersAtOnce_IsAskedForOnce()
    {
        var source = Source();
        var callers = Enumerable.Range(0, 50).Select(_ => source.GetAsync(_soon).AsTask()).ToArray();
        (await AskedAsync(1)).SetResult(Key("a"));
        Assert.All(await Task.WhenAll(callers), got => Assert.Equal("a", got.Credential!.AccessKeyId));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Credential_NearItsEnd_IsRenewedWhileTheOldOneServes()
    {
        var source = Source();
        var first = source.GetAsync(_soon);
        (await AskedAsync(1)).SetResult(Key("a", minutes: 60));
        await first;
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("a", (await source.GetAsync(_soon)).Credential!.AccessKeyId);
        Assert.Single(_asked);

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("a", (await source.GetAsync(_soon)).Credential!.AccessKeyId);
        (await AskedAsync(2)).SetResult(Key("b", minutes: 60));
        while ((await source.GetAsync(_soon)).Credential!.AccessKeyId != "b") await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _soon);
    }

    [Fact]
    public async Task Credential_ThatHasExpired_IsNotUsed()
    {
        var source = Source();
        var first = source.GetAsync(_soon);
        (await AskedAsync(1)).SetResult(Key("a", minutes: 10));
        await first;
        _time.Advance(TimeSpan.FromMinutes(11));
        var second = source.GetAsync(_soon);
        (await AskedAsync(2)).SetException(new InvalidOperationException("role gone"));
        Assert.NotNull((await second).Error);
    }

    [Fact]
    public async Task Failure_SaysWhatIsMissing_AndIsNotRepeatedAtOnce()
    {
        var source = Source();
        var first = source.GetAsync(_soon);
        (await AskedAsync(1)).SetException(new InvalidOperationException("169.254.169.254 timed out"));
        var error = (await first).Error!;
        Assert.Equal((GatewayErrorKind.UpstreamUnauthorized, 502), (error.Kind, GatewayErrorTable.StatusOf(error)));
        Assert.Contains("AWS_ACCESS_KEY_ID", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("169.254", error.Message, StringComparison.Ordinal);

        for (var i = 0; i < 20; i++) Assert.NotNull((await source.GetAsync(_soon)).Error);
        Assert.Single(_asked);
        _time.Advance(TimeSpan.FromSeconds(11));
        var second = source.GetAsync(_soon);
        (await AskedAsync(2)).SetResult(Key("a"));
        Assert.Equal("a", (await second).Credential!.AccessKeyId);
    }

    [Fact]
    public async Task Chain_ThatNeverAnswers_IsGivenUp()
    {
        var waiting = Source().GetAsync(_soon).AsTask();
        await AskedAsync(1);
        await _time.WaitForTimersAsync(2, _soon);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(GatewayErrorKind.UpstreamUnauthorized, (await waiting).Error!.Kind);
    }

    private AwsCredential Key(string id, double? minutes = null) =>
        new(id, new Secret("secret"), null, minutes is { } lives ? _time.GetUtcNow().AddMinutes(lives) : null);

    private AwsCredentialSource Source(ProviderConfig? config = null) => new(
        config ?? SigV4SignerTests.Config(),
        _ =>
        {
            var asked = new TaskCompletionSource<AwsCredential>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Enqueue(asked);
            return asked.Task;
        },
        _time,
        NullLogger<AwsCredentialSource>.Instance);

    private async Task<TaskCompletionSource<AwsCredential>> AskedAsync(int times)
    {
        while (_asked.Count < times) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _soon);
        return _asked.ElementAt(times - 1);
    }
}
