using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Admin.Catalog;

/// <summary><c>GET|PUT /admin/config</c>: the configuration as a whole.</summary>
internal sealed class ConfigEndpoint(CatalogService catalog, BufferedBytesBudget budget)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["/admin/config", "/parley/admin/config"])
        {
            routes.MapGet(path, context => WriteAsync(context, catalog.Current)).RequireRole(KeyRole.Admin);
            routes.MapPut(path, PutAsync).RequireRole(KeyRole.Admin);
        }
    }

    private async Task PutAsync(HttpContext context)
    {
        var (posted, error) = await EntryRequest.ReadAsync(context, EntryRequest.MostConfigBytes, budget, catalog.Current.Config!.Limits);
        if (posted is null)
        {
            await ErrorWriter.WriteAsync(context, error!);
            return;
        }

        var change = await catalog.ReplaceAsync(posted, context.Request.Headers.IfMatch, context.GetCaller(), context.RequestAborted);
        if (change.Result is { } result) await WriteAsync(context, result);
        else await ErrorWriter.WriteAsync(context, change.Error!);
    }

    private static Task WriteAsync(HttpContext context, ConfigurationResult current)
    {
        context.Response.Headers.ETag = EntryTag.Of(current);
        return AdminAnswer.WriteAsync(context, StatusCodes.Status200OK, writer => ConfigAnswer.Write(writer, current));
    }
}
