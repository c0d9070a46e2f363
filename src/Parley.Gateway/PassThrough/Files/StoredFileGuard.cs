using System.Text.Json;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// Keeps a request for a model from reading another key's file: one that it names as <c>file_id</c> or in <c>file_ids</c> is a 404, as it is where
/// files are asked for. Costs nothing until some file is known.
/// </summary>
internal sealed class StoredFileGuard(StoredOwners owners, MakerStore store)
{
    private const int MostFiles = 256;

    private static readonly GatewayError TooMany = new(GatewayErrorKind.BadRequest, $"The request names more than {MostFiles} files, so Parley cannot look up whose they are. Name fewer.") { Param = "file_id" };

    private static readonly GatewayError Unclear = new(GatewayErrorKind.BadRequest, "The body is not JSON in UTF-8, so Parley cannot tell whose the files in it are.") { Param = "file_id" };

    /// <summary>Null when the request may go its way.</summary>
    internal ValueTask<GatewayError?> CheckAsync(GatewayExchange exchange, RoutePlan plan)
    {
        if (store.IsEmptyOf(MakerKind.File) || exchange.Caller.Role == KeyRole.Admin) return default;
        var body = exchange.Body.Span;
        return MayNameFiles(body) && body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? CheckNamedAsync(exchange, plan) : default;
    }

    private ValueTask<GatewayError?> CheckNamedAsync(GatewayExchange exchange, RoutePlan plan)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            Read(exchange.Body.Span, ids);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new(Unclear);
        }

        return ids.Count switch
        {
            0 => default,
            > MostFiles => new(TooMany),
            _ => owners.CheckFilesAsync(exchange.Caller, ProvidersOf(exchange, plan), ids, exchange.Aborted),
        };
    }

    // The name itself, or an escape of one of its letters, which the provider undoes.
    private static bool MayNameFiles(ReadOnlySpan<byte> body) =>
        body.IndexOf("\"file_id"u8) >= 0 || body.IndexOf("\\u006"u8) >= 0 || body.IndexOf("\\u005f"u8) >= 0 || body.IndexOf("\\u005F"u8) >= 0;

    private static void Read(ReadOnlySpan<byte> body, HashSet<string> ids)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read() && ids.Count <= MostFiles)
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("file_id"u8))
            {
                if (reader.Read() && reader.TokenType == JsonTokenType.String) ids.Add(reader.GetString()!);
            }
            else if (reader.ValueTextEquals("file_ids"u8) && reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.String && ids.Count <= MostFiles) ids.Add(reader.GetString()!);
            }
        }
    }

    // An alias's other side and the larger model may come to answer it, so then any that has files.
    private static IEnumerable<Provider> ProvidersOf(GatewayExchange exchange, RoutePlan plan) =>
        plan.Split is not null || plan.StandsIn || plan.Model.Retry.ContextLengthModel is not null
            ? exchange.Snapshot.Catalog.Providers.Where(static provider => provider.Config.Features.HasFlag(ProviderFeatures.Files))
            : plan.Pool.Members.Select(static member => member.Provider).Distinct();
}
