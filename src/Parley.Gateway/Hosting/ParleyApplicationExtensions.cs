using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Access;
using Parley.Gateway.Admin;
using Parley.Gateway.Admin.Catalog;
using Parley.Gateway.Admin.Explaining;
using Parley.Gateway.Admin.Targets;
using Parley.Gateway.Agents;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;
using Parley.Gateway.Mcp;
using Parley.Gateway.PassThrough;
using Parley.Gateway.SimpleApi;
using Parley.Gateway.Users;
using Parley.Gateway.Wrapper;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the gateway into a host's request pipeline.</summary>
public static class ParleyApplicationExtensions
{
    /// <summary>Adds what every request passes before an endpoint. Order matters: id, proxy headers, the unified API's prefix, names of users, route, CORS, key.</summary>
    public static IApplicationBuilder UseParley(this IApplicationBuilder app)
    {
        var snapshots = app.ApplicationServices.GetRequiredService<SnapshotHolder>();
        return app
            .UseMiddleware<EntranceMiddleware>()
            .UseMiddleware<ForwardedMiddleware>()
            .UseMiddleware<UnifiedPathMiddleware>()
            .UseMiddleware<UserPathMiddleware>()
            .UseRouting()
            // Only where a browser names an origin: the CORS middleware makes a service scope and an Items dictionary for every request.
            .UseWhen(static context => context.Request.Headers.Origin.Count > 0, static browser => browser.UseCors())
            .UseAccess(ErrorWriter.WriteAsync, () => snapshots.Current.Config.Access);
    }

    /// <summary>Maps every surface of the gateway.</summary>
    public static IEndpointRouteBuilder MapParley(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        routes.MapSurfaces(services.GetRequiredService<ExchangePipeline>());
        services.GetRequiredService<ModelEndpoints>().Map(routes);
        services.GetRequiredService<AgentEndpoints>().Map(routes);
        services.GetRequiredService<OperationsEndpoints>().Map(routes);
        services.GetRequiredService<SimpleEndpoints>().Map(routes);
        services.GetRequiredService<WrapperEndpoints>().Map(routes);
        services.GetRequiredService<ReloadEndpoint>().Map(routes);
        services.GetRequiredService<CatalogEndpoints>().Map(routes);
        services.GetRequiredService<ConfigEndpoint>().Map(routes);
        services.GetRequiredService<TargetEndpoints>().Map(routes);
        services.GetRequiredService<ExplainEndpoint>().Map(routes);
        routes.MapMcp();
        services.GetRequiredService<UserEndpoints>().Map(routes);
        routes.MapPassThrough();
        routes.MapKeyEndpoints();
        routes.MapLedgerEndpoints().RequireRole(KeyRole.Admin);
        routes.MapGroup("/parley").MapLedgerEndpoints().RequireRole(KeyRole.Admin);
        return routes;
    }
}
