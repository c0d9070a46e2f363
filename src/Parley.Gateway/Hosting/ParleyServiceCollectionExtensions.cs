using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Admin;
using Parley.Gateway.Admin.Catalog;
using Parley.Gateway.Agents;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Egress;
using Parley.Gateway.Exchange;
using Parley.Gateway.Hosting;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;
using Parley.Gateway.Mcp;
using Parley.Gateway.PassThrough;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Providers.Bedrock;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Routing.Picking;
using Parley.Gateway.SimpleApi;
using Parley.Gateway.Storage;
using Parley.Gateway.Telemetry;
using Parley.Gateway.Users;
using Parley.Gateway.Wrapper;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the gateway into a host.</summary>
public static class ParleyServiceCollectionExtensions
{
    /// <summary>
    /// Registers the gateway. Reads the configuration at once: a wrong file stops the host before it listens, a wrong entry of the admin API
    /// is left out and logged.
    /// </summary>
    /// <exception cref="ConfigurationException">The configuration is wrong; all errors are in it.</exception>
    /// <exception cref="StorageException">The database's location makes no sense.</exception>
    public static IServiceCollection AddParley(this IServiceCollection services, ParleyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var databaseFile = DatabaseLocation.ResolveFile(options.Database, options.DataDirectory);
        var loaded = LenientLoad.Load(options.Sources, EntryStore.ReadAtStart(databaseFile, options.DataDirectory), sameFiles: null, mayBeLeftOut: static _ => true, without: []);
        if (loaded.Config is not { } config) throw new ConfigurationException(loaded.Errors);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(loaded);
        services.AddSingleton<StartReport>();
        services.AddSingleton(provider => SqliteDatabase.Open(databaseFile, Schema.Migrations, provider.GetRequiredService<TimeProvider>()));
        return services
            .AddConfigurationReload()
            .AddHostedService<GatewayStartup>()
            .AddLedger(options, databaseFile, config.Ledger)
            .AddAccess(options.DataDirectory)
            .AddCatalog(options.DataDirectory)
            .AddProviders(options)
            .AddUsers()
            .AddExchange()
            .AddPassThrough()
            .AddAgents()
            .AddSimpleApi()
            .AddWrapper()
            .AddMcp();
    }

    private static IServiceCollection AddConfigurationReload(this IServiceCollection services)
    {
        services.AddSingleton<SnapshotHolder>();
        services.AddSingleton<ConfigurationUse>();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, SnapshotCorsPolicyProvider>();
        return services;
    }

    private static IServiceCollection AddCatalog(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(_ => new EntryCipher(Pepper.LoadOrCreate(dataDirectory), Pepper.FileIn(dataDirectory)));
        services.AddSingleton<EntryStore>();
        services.AddSingleton<CatalogService>();
        services.AddSingleton<CatalogEndpoints>();
        services.AddSingleton<ConfigEndpoint>();
        return services;
    }

    private static IServiceCollection AddLedger(this IServiceCollection services, ParleyOptions options, string databaseFile, LedgerConfig config) =>
        services.AddSingleton(provider => new UsageLedger(
            new LedgerOptions { Directory = Path.Combine(options.DataDirectory, "ledger"), DatabasePath = databaseFile, Config = config },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UsageLedger>>()));

    private static IServiceCollection AddProviders(this IServiceCollection services, ParleyOptions options)
    {
        services.AddSingleton(new UpstreamTransports(options.Simulator));
        services.AddSingleton<EntraTokenSources>();
        services.AddSingleton<AwsCredentialChain>();
        services.AddSingleton<ProviderFactory>();
        return services;
    }

    private static IServiceCollection AddExchange(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<ConcurrencyGauges>();
        services.AddSingleton<PrometheusText>();
        services.AddSingleton<BufferedBytesBudget>();
        services.TryAddSingleton<EgressNetwork>();
        services.AddSingleton<EgressClient>();
        services.AddSingleton<MediaFetcher>();
        services.AddSingleton(new TargetPickers(RandomShare.Next));
        services.AddSingleton<TargetStates>();
        services.AddSingleton<ModelStates>();
        services.AddTargetAdmin();
        services.AddSingleton(new Backoff(RandomShare.Next));
        services.AddSingleton(new AliasSplit(RandomShare.Next));
        services.AddSingleton<Router>();
        services.AddSingleton<MakerTable>();
        services.AddSingleton<MakerStore>();
        services.AddSingleton<MakerPins>();
        services.AddHostedService<MakerWriter>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<FailureLog>();
        services.AddSingleton<AttemptServices>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<ExchangePipeline>();
        services.AddSingleton<ModelCalls>();
        services.AddSingleton<ModelDirectory>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<OperationsEndpoints>();
        services.AddSingleton<ReloadEndpoint>();
        return services;
    }
}
