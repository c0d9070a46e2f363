using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Admin.Explaining;
using Parley.Gateway.Admin.Targets;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Probing;
using Parley.Gateway.Resilience.Webhooks;
using Parley.Gateway.Routing;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Hosting;

/// <summary>What watches targets and tells of them: events, webhook, probes, their metrics, their part of the admin API.</summary>
internal static class TargetAdminExtensions
{
    internal static IServiceCollection AddTargetAdmin(this IServiceCollection services)
    {
        services.AddSingleton<WebhookQueue>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(static provider => provider.GetRequiredService<WebhookSender>());
        services.AddSingleton<TargetEvents>();
        services.AddSingleton<ProbeRunner>();
        services.AddHostedService(static provider => new ProbeService(
            provider.GetRequiredService<SnapshotHolder>(),
            provider.GetRequiredService<ProbeRunner>(),
            RandomShare.Next,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProbeService>>()));
        services.AddSingleton<TargetMetricsText>();
        services.AddSingleton<TargetDirectory>();
        services.AddSingleton<TargetEndpoints>();
        services.AddSingleton<ExplainEndpoint>();
        return services;
    }
}
