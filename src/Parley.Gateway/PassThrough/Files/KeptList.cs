using System.Buffers;
using System.Text.Json;
using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// Passes on a list with the caller's own entries alone. A page that has none of them is followed by the next one, because clients take an empty
/// page for the end.
/// </summary>
internal sealed class KeptList(KeptOwners owners, PassedSettlement settlement)
{
    private const int MostBytes = 8 * 1024 * 1024;
    private const int MostPages = 20;

    private static readonly GatewayError NoList = new(GatewayErrorKind.UpstreamFailed, "The provider's answer is no list, so what is yours of it cannot be told. Its base URL may be wrong.");

    private static readonly GatewayError TooLong = new(
        GatewayErrorKind.BadRequest, $"The provider's list is larger than {MostBytes} bytes, so what is yours of it cannot be told. Ask for fewer entries with 'limit'.")
    { Param = "limit" };

    /// <param name="sending">The call for the first page, whose headers have come.</param>
    /// <param name="route">What is listed.</param>
    /// <param name="address">The address of the first page.</param>
    /// <param name="budget">The bound on bodies in memory.</param>
    /// <param name="time">The clock.</param>
    internal async ValueTask<GatewayError?> RelayAsync(PassedSending sending, KeptRoute route, string address, BufferedBytesBudget budget, TimeProvider time)
    {
        var (answer, after, error) = await ReadAsync(sending, route);
        for (var page = 1; answer is null && error is null && page < MostPages; page++)
        {
            await using var next = new PassedSending(sending.Exchange, budget, time);
            try
            {
                error = await next.GetAsync(new Uri(After(address, after!)), Dialect.OpenAIChat) ?? await PassedStatus.JudgeAsync(next);
                if (error is null) (answer, after, error) = await ReadAsync(next, route, isLast: page == MostPages - 1);
            }
            catch (Exception exception) when (next.Describe(exception) is { } fault)
            {
                error = fault;
            }
        }

        if (error is not null) return error;
        await settlement.SettleAsync(sending.Exchange, sending.Reply.Status);
        await PassedWhole.WriteAsync(sending, answer!.WrittenMemory);
        return null;
    }

    /// <summary>The page's own entries; null, and the last id, when the next page is to be looked at.</summary>
    private async ValueTask<(ArrayBufferWriter<byte>? Answer, string? After, GatewayError? Error)> ReadAsync(PassedSending sending, KeptRoute route, bool isLast = false)
    {
        var exchange = sending.Exchange;
        using var body = new RequestBody(sending.Budget, exchange.Snapshot.Config.Limits.BufferedBytes);
        if (await KeptObject.ReadAsync(sending, body, MostBytes) is { } unread) return (null, null, unread == KeptObject.Full ? TooLong : unread);
        using var page = KeptPage.Parse(body.Memory);
        if (page is null) return (null, null, NoList);
        if (await owners.OwnAsync(exchange.Caller, route.Kind, page.Ids, exchange.Aborted) is not { } own) return (null, null, KeptOwners.Unchecked);
        if (own.Count == 0 && page.HasMore && page.Ids.Count > 0 && !isLast) return (null, page.Ids[^1], null);

        var answer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(answer);
        page.Write(writer, own);
        await writer.FlushAsync(exchange.Aborted);
        return (answer, null, null);
    }

    private static string After(string address, string after)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var kept = query < 0 ? "" : PassedQuery.Without(address[query..], ["after"]);
        var path = query < 0 ? address : address[..query];
        return PassedQuery.Append(PassedQuery.Append(path, kept), "after=" + Uri.EscapeDataString(after));
    }
}
