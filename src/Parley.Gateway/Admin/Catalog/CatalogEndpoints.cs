using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>The admin API of the catalogue: <c>/admin/{providers,models,aliases}[/{id}]</c>.</summary>
internal sealed class CatalogEndpoints(CatalogService catalog, BufferedBytesBudget budget)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var prefix in (string[])["/admin", "/parley/admin"])
        {
            foreach (var kind in EntryKinds.All) Map(routes, $"{prefix}/{kind.Section()}", kind);
        }
    }

    private void Map(IEndpointRouteBuilder routes, string path, EntryKind kind)
    {
        // Ids may hold slashes: azure/*.
        var one = path + "/{**id}";
        routes.MapGet(path, context => ListAsync(context, kind)).RequireRole(KeyRole.Admin);
        routes.MapPost(path, context => CreateAsync(context, kind)).RequireRole(KeyRole.Admin);
        routes.MapGet(one, context => GetAsync(context, kind)).RequireRole(KeyRole.Admin);
        routes.MapPut(one, context => PutAsync(context, kind)).RequireRole(KeyRole.Admin);
        routes.MapDelete(one, context => DeleteAsync(context, kind)).RequireRole(KeyRole.Admin);
    }

    private Task ListAsync(HttpContext context, EntryKind kind) => AdminAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var entry in catalog.Current.Entries.Where(entry => entry.Kind == kind)) EntryAnswer.Write(writer, entry);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private Task GetAsync(HttpContext context, EntryKind kind)
    {
        var id = PathName.Read(context, "id");
        return catalog.Current.Find(kind, id) is { } entry
            ? WriteAsync(context, StatusCodes.Status200OK, entry)
            : ErrorWriter.WriteAsync(context, EntryRefusals.NotFound(kind, id));
    }

    private async Task CreateAsync(HttpContext context, EntryKind kind)
    {
        var (posted, error) = await ReadAsync(context);
        var id = posted is null ? null : IdIn(posted, kind, out error);
        if (error is null && id is null)
            error = EntryRefusals.BadRequest(kind.IdKey(), $"{kind.IdKey()}: is missing. It is what the {kind.Word()} is called.");
        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
            return;
        }

        var change = await catalog.PutAsync(kind, id!, posted!, ifMatch: default, mustBeNew: true, context.GetCaller(), context.RequestAborted);
        if (change.Entry is not null)
            context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path.Value!.TrimEnd('/')}/{Uri.EscapeDataString(id!)}";
        await WriteAsync(context, change);
    }

    private async Task PutAsync(HttpContext context, EntryKind kind)
    {
        var id = PathName.Read(context, "id");
        var (posted, error) = await ReadAsync(context);
        if (posted is not null && IdIn(posted, kind, out error) is { } written && written != id)
            error = EntryRefusals.BadRequest(kind.IdKey(), $"{kind.IdKey()}: is another one than in the path, which cannot be changed. Leave it out, or make a new {kind.Word()}.");
        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
            return;
        }

        await WriteAsync(context, await catalog.PutAsync(kind, id, posted!, context.Request.Headers.IfMatch, mustBeNew: false, context.GetCaller(), context.RequestAborted));
    }

    private async Task DeleteAsync(HttpContext context, EntryKind kind)
    {
        var error = await catalog.DeleteAsync(kind, PathName.Read(context, "id"), context.Request.Headers.IfMatch, context.GetCaller(), context.RequestAborted);
        if (error is null) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await ErrorWriter.WriteAsync(context, error);
    }

    private ValueTask<(ConfigurationNode? Node, GatewayError? Error)> ReadAsync(HttpContext context) =>
        EntryRequest.ReadAsync(context, EntryRequest.MostBytes, budget, catalog.Current.Config!.Limits);

    /// <summary>The id in a body; null when there is none, or it is none.</summary>
    private static string? IdIn(ConfigurationNode posted, EntryKind kind, out GatewayError? error)
    {
        error = null;
        var node = posted.Members.Find(member => member.Name == kind.IdKey())?.Value;
        if (node is null) return null;
        if (node is { Kind: ConfigurationNodeKind.String, Text.Length: > 0 }) return node.Text;
        error = EntryRefusals.BadRequest(kind.IdKey(), $"{kind.IdKey()}: must be a string that is not empty.");
        return null;
    }

    private static Task WriteAsync(HttpContext context, PutEntry change) => change.Entry is { } entry
        ? WriteAsync(context, change.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, entry)
        : ErrorWriter.WriteAsync(context, change.Error!);

    private static Task WriteAsync(HttpContext context, int status, CatalogEntry entry)
    {
        context.Response.Headers.ETag = EntryTag.Of(entry);
        return AdminAnswer.WriteAsync(context, status, writer => EntryAnswer.Write(writer, entry));
    }
}
