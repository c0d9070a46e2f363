using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// Passes on a list with the caller's own entries alone. A page that has none of them is followed by the next one, because clients take an empty
/// page for the end; where that goes on for too long, the end is an error, never a page that looks like the last one.
/// </summary>
internal sealed class StoredList(StoredOwners owners, PassThroughSettlement settlement)
{
    private const int MostBytes = 8 * 1024 * 1024;
    private const int MostPages = 50;

    // What both APIs take at least (platform.openai.com/docs/api-reference/batch/list): a page that is searched need not be a small one.
    private const int SearchedPage = 100;

    private static readonly GatewayError NoList = new(GatewayErrorKind.UpstreamFailed, "The provider's answer is no list, so what is yours of it cannot be told. Its base URL may be wrong.");

    private static readonly GatewayError TooLong = new(
        GatewayErrorKind.BadRequest, $"The provider's list is larger than {MostBytes} bytes, so what is yours of it cannot be told. Ask for fewer entries with 'limit'.")
    { Param = "limit" };

    private static readonly GatewayError TooFar = new(
        GatewayErrorKind.BadRequest, $"None of this key's own is on {MostPages} pages of the provider's list, which is as far as Parley looks. Name one of your own in 'after' to begin further on, ask with a larger 'limit' or the other 'order', or use a key with the role 'admin'.")
    {
        Param = "after",
        Code = "list_too_long",
    };

    /// <param name="sending">The call for the first page, whose headers have come.</param>
    /// <param name="route">What is listed.</param>
    /// <param name="address">The address of the first page.</param>
    /// <param name="budget">The bound on bodies in memory.</param>
    /// <param name="time">The clock.</param>
    internal async ValueTask<GatewayError?> RelayAsync(PassThroughSending sending, StoredRoute route, string address, BufferedBytesBudget budget, TimeProvider time)
    {
        _ = int.TryParse(sending.Exchange.Http.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit);
        var isSmall = limit is > 0 and < SearchedPage || (limit == 0 && route.Kind == MakerKind.Batch);
        var (answer, after, error) = await ReadAsync(sending, route, most: int.MaxValue);
        for (var page = 1; answer is null && error is null; page++)
        {
            if (page == MostPages) return TooFar;
            await using var next = new PassThroughSending(sending.Exchange, budget, time);
            try
            {
                error = await next.GetAsync(new Uri(After(address, after!, isSmall)), Dialect.OpenAIChat) ?? await PassThroughStatus.JudgeAsync(next);
                if (error is null) (answer, after, error) = await ReadAsync(next, route, most: limit > 0 ? limit : int.MaxValue);
            }
            catch (Exception exception) when (next.Describe(exception) is { } fault)
            {
                error = fault;
            }
        }

        if (error is not null) return error;
        await settlement.SettleAsync(sending.Exchange, sending.Reply.Status);
        await PassThroughWhole.WriteAsync(sending, answer!.WrittenMemory);
        return null;
    }

    /// <summary>The page's own entries, at most so many; null, and the last id, when the next page is to be looked at.</summary>
    private async ValueTask<(ArrayBufferWriter<byte>? Answer, string? After, GatewayError? Error)> ReadAsync(PassThroughSending sending, StoredRoute route, int most)
    {
        var exchange = sending.Exchange;
        using var body = new RequestBody(sending.Budget, exchange.Snapshot.Config.Limits.BufferedBytes);
        if (await StoredObject.ReadAsync(sending, body, MostBytes) is { } unread) return (null, null, unread == StoredObject.Full ? TooLong : unread);
        using var page = StoredPage.Parse(body.Memory);
        if (page is null) return (null, null, NoList);
        if (await owners.OwnAsync(exchange.Caller, route.Kind, page.Ids, exchange.Aborted) is not { } own) return (null, null, StoredOwners.Unchecked);
        if (own.Count == 0 && page.HasMore && page.Ids.Count > 0) return (null, page.Ids[^1], null);

        var answer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(answer);
        page.Write(writer, page.Ids.Where(own.Contains).Take(most).ToHashSet(StringComparer.Ordinal), hasMore: page.HasMore || own.Count > most);
        await writer.FlushAsync(exchange.Aborted);
        return (answer, null, null);
    }

    private static string After(string address, string after, bool isSmall)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var kept = query < 0 ? "" : PassThroughQuery.Without(address[query..], isSmall ? ["after", "limit"] : ["after"]);
        var path = query < 0 ? address : address[..query];
        return PassThroughQuery.Append(PassThroughQuery.Append(path, kept), (isSmall ? $"limit={SearchedPage}&after=" : "after=") + Uri.EscapeDataString(after));
    }
}
