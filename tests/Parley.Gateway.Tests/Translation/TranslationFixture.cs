using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>One such gateway for all tests of a class, which run one after the other.</summary>
public sealed class TranslationFixture : IAsyncLifetime
{
    internal GatewayHost Gateway { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Gateway = await TranslationGateway.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Gateway.DisposeAsync();
}
