using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>Which targets have a live state of their own, and when it begins anew.</summary>
public sealed class TargetStatesTests
{
    private static readonly ProviderConfig Provider = new()
    {
        Name = "p",
        Type = ProviderType.OpenAICompatible,
        TypeName = "openai-compatible",
        Auth = new ProviderAuthConfig(ProviderAuthKind.Header) { HeaderName = "x-key", Value = new Secret("one") },
    };

    [Fact]
    public void ProviderWithOtherCredentials_BeginsAnew()
    {
        var states = new TargetStates(TimeProvider.System);
        ProviderConfig[] all =
        [
            Provider,
            Provider with { Auth = null },
            Provider with { Auth = Provider.Auth! with { Value = new Secret("two") } },
            Provider with { Auth = Provider.Auth! with { HeaderName = "x-other" } },
            Provider with { Auth = new ProviderAuthConfig(ProviderAuthKind.Entra) { TenantId = "t", ClientId = "c", ClientSecret = new Secret("one") } },
            Provider with { Auth = new ProviderAuthConfig(ProviderAuthKind.Entra) { TenantId = "t2", ClientId = "c", ClientSecret = new Secret("one") } },
            Provider with { Auth = new ProviderAuthConfig(ProviderAuthKind.Entra) { TenantId = "t", ClientId = "c2", ClientSecret = new Secret("one") } },
            Provider with { Auth = new ProviderAuthConfig(ProviderAuthKind.Entra) { TenantId = "t", ClientId = "c", ClientSecret = new Secret("two") } },
            Provider with { Auth = new ProviderAuthConfig(ProviderAuthKind.ManagedIdentity) { ClientId = "c" } },
            Provider with { SessionToken = new Secret("token") },
            Provider with { ApiKeys = [new Secret("one")] },
        ];
        Assert.Equal(all.Length, all.Select(states.For).Distinct().Count());
        Assert.Same(states.For(Provider), states.For(Provider with { Auth = Provider.Auth! with { } }));
    }

    [Fact]
    public void NamesThatCallersMakeUp_DoNotKeepATargetOfTheCatalogueFromItsOwnState()
    {
        var targets = new TargetStates(TimeProvider.System).For(Provider);
        for (var made = 0; made < ProviderTargets.MostAddressed + 5; made++) targets.Of(made.ToString(CultureInfo.InvariantCulture)).Enter();
        Assert.Equal(ProviderTargets.MostAddressed, targets.All.Count());
        Assert.Equal("p/…", targets.Of("one more").Name);

        var later = targets.OfCatalogue("later");
        Assert.Equal(("p/later", BreakerRule.Simple), (later.Name, later.Breakers[0].Rule.Rule));
        Assert.Same(later, targets.Of("later"));
    }

    [Fact]
    public void AddressedTarget_IsKeptFromItsFirstCallOn_AlsoWhenItIsWrittenLater()
    {
        var targets = new TargetStates(TimeProvider.System).For(Provider);
        var asked = targets.Of("x");
        Assert.Empty(targets.All);
        asked.Enter();
        Assert.Same(asked, Assert.Single(targets.All));
        Assert.Same(asked, targets.OfCatalogue("x"));
        Assert.Same(asked, Assert.Single(targets.All));
        Assert.Same(asked, Assert.Single(targets.KeepOnly(new HashSet<TargetState>())));
        Assert.Empty(targets.All);
    }

    [Fact]
    public async Task Explaining_KeepsNoState()
    {
        await using var gateway = await GatewayHost.StartAsync();
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/route", Wire.Chat("lab/made-up"))).Status);
        Assert.DoesNotContain(gateway.Services.GetRequiredService<TargetStates>().All, state => state.Name == "lab/made-up");
    }
}
