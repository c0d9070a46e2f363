using System.Buffers;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>Passes on one object (a file, an upload, a batch): read whole, because its ids must be known before the caller can name them.</summary>
internal sealed class StoredObject(StoredOwners owners, PassThroughSettlement settlement)
{
    private const int MostBytes = 1024 * 1024;

    private static readonly GatewayError TooLong = new(
        GatewayErrorKind.UpstreamFailed, "The provider's answer is much larger than a description of a file or batch is. Its base URL may be wrong.");

    internal async ValueTask<GatewayError?> RelayAsync(PassThroughSending sending, StoredRoute route, string? id)
    {
        var exchange = sending.Exchange;
        using var body = new RequestBody(sending.Budget, exchange.Snapshot.Config.Limits.BufferedBytes);
        if (await ReadAsync(sending, body, MostBytes) is { } unread) return unread == Full ? TooLong : unread;

        var isMade = route.Makes;
        var made = new List<(MakerKind Kind, string Id)>();
        foreach (var (kind, named) in StoredIds.Read(body.Span, route.Kind))
        {
            // What a batch that a key has made puts out is that key's, and what a batch of the vendor's console does is everybody's.
            if (kind != route.Kind && !route.Makes && id is not null)
            {
                (var isRead, isMade) = await owners.MadeAsync(exchange.Provider!.Name, route.Kind, id, exchange.Aborted);
                if (!isRead) return StoredOwners.Unchecked;
            }

            if (!route.Makes && StoredOwners.SeesAll(exchange.Caller, exchange.Provider!.Config)) isMade = false;
            if (isMade) made.Add((kind, named));
            else owners.Learn(exchange, kind, named);
        }

        if (made.Count > 0 && !await owners.LearnMadeAsync(exchange, made)) return route.Makes ? Unwritten(sending, made[0].Id) : StoredOwners.Unchecked;

        await settlement.SettleAsync(exchange, sending.Reply.Status);
        await PassThroughWhole.WriteAsync(sending, body.Memory);
        return null;
    }

    private static GatewayError Unwritten(PassThroughSending sending, string id)
    {
        // Asked again, the provider would make another one.
        sending.Exchange.Http.Response.Headers["x-should-retry"] = "false";
        return new GatewayError(
            GatewayErrorKind.Overloaded,
            $"The provider '{sending.Exchange.Provider!.Name}' has made '{id}', but Parley's database did not take down that it is this key's. Ask the operator to delete it, then send it again.")
        {
            Code = "owner_unwritten",
        };
    }

    /// <summary>What <see cref="ReadAsync"/> says when more comes than may.</summary>
    internal static readonly GatewayError Full = new(GatewayErrorKind.UpstreamFailed, "too long");

    /// <summary>Reads an answer to its end; <see cref="Full"/> when it is longer than <paramref name="most"/>.</summary>
    internal static async ValueTask<GatewayError?> ReadAsync(PassThroughSending sending, RequestBody body, int most)
    {
        if (sending.Reply.ContentLength > most) return Full;
        await using var stream = sending.Reply.OpenBody(sending.Deadline.Token);
        var block = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (true)
            {
                var reading = stream.ReadAsync(block, sending.Deadline.Token);
                if (!reading.IsCompleted) sending.AwaitNext();
                var read = await reading;
                if (read == 0) return null;
                if (body.Length + read > most) return Full;
                if (!body.TryGrow(read)) return RequestBodyReader.NoRoom();
                body.Append(new ReadOnlySequence<byte>(block, 0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
