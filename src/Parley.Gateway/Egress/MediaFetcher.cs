using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Egress;

/// <summary>
/// Puts the bytes of images and documents in the place of their addresses, for targets that take only bytes (translation.md §0.10).
/// Bounded in everything: files per request, bytes per file, bytes together (<c>limits.bufferedBytes</c>), time, and fetches at once.
/// </summary>
internal sealed class MediaFetcher(EgressClient client, SnapshotHolder snapshots, TimeProvider time) : IDisposable
{
    /// <summary>The most files that one request may have fetched.</summary>
    internal const int MostFiles = 100;

    private const int MostAtOnce = 64;
    private const int MostAtOncePerRequest = 4;
    private const int FirstRoom = 64 * 1024;

    private readonly SemaphoreSlim _slots = new(MostAtOnce);

    /// <summary>
    /// Fetches what <see cref="MediaNeeds"/> says the target cannot follow itself. The room is taken from <paramref name="body"/>'s
    /// budget and given back with it. Null when all is well (usually there is nothing to do); else what the caller is to be told.
    /// </summary>
    internal async ValueTask<GatewayError?> InlineAsync(Conversation conversation, TranslationTarget target, RequestBody body, CancellationToken cancellation)
    {
        List<MediaPart>? parts = null;
        foreach (var part in MediaNeeds.Of(target, conversation)) (parts ??= []).Add(part);
        if (parts is null) return null;
        var config = snapshots.Current.Config.Media;
        if (!config.Enabled) return Bad("This model takes images and documents only as base64 data, and fetching them is switched off (egress.media.enabled). Send the data itself.");
        if (parts.Count > MostFiles) return Bad($"The request names {parts.Count} images and documents by address; {MostFiles} at most are fetched for one request. Send their data as base64.");

        GatewayError? failed = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = MostAtOncePerRequest, CancellationToken = stop.Token }, async (part, token) =>
            {
                if (await FetchAsync(part, config, body, token) is not { } error) return;
                // The first failure is told; the others would be fetched for nothing.
                Interlocked.CompareExchange(ref failed, error, null);
                await stop.CancelAsync();
            });
        }
        catch (OperationCanceledException) when (failed is not null && !cancellation.IsCancellationRequested)
        {
        }

        return failed;
    }

    public void Dispose() => _slots.Dispose();

    private async Task<GatewayError?> FetchAsync(MediaPart part, MediaConfig config, RequestBody body, CancellationToken cancellation)
    {
        var text = part.Data.ToText();
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)) return Failed(text, "it is not a complete address");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(config.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var hasSlot = false;
        try
        {
            await _slots.WaitAsync(either.Token);
            hasSlot = true;
            using var answer = await client.GetAsync(address, MediaTypes.Accept(part.Media), either.Token);
            return await TakeAsync(part, text, answer, config, body, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(text, $"it did not come within {config.TimeoutSeconds} seconds");
        }
        catch (EgressRefusedException refused)
        {
            return Failed(text, refused.Message);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // Nothing of the exception's own text: it may name addresses that are not the caller's to know.
            return Failed(text, exception.GetBaseException() is EgressRefusedException refused ? refused.Message : "its host could not be reached");
        }
        finally
        {
            if (hasSlot) _slots.Release();
        }
    }

    private static async Task<GatewayError?> TakeAsync(MediaPart part, string text, HttpResponseMessage answer, MediaConfig config, RequestBody body, CancellationToken cancellation)
    {
        if (answer.StatusCode != HttpStatusCode.OK) return Failed(text, $"its host answered {(int)answer.StatusCode}");
        if (answer.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))) return Failed(text, "its host sent it compressed");
        if (answer.Content.Headers.ContentLength > config.MaxBytes) return Failed(text, TooLarge(config));

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstRoom);
        var reserved = 0L;
        try
        {
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
                if (read == 0) break;
                length += read;
                if (length > config.MaxBytes) return Failed(text, TooLarge(config));
                if (length < buffer.Length) continue;
                // While it comes it counts too, so that many large ones at once cannot take more than there is.
                if (!body.TryReserve(buffer.Length)) return RequestBodyReader.NoRoom();
                reserved += buffer.Length;
                Grow(ref buffer, length);
            }

            if (length == 0) return Failed(text, "it is empty");

            var type = MediaTypes.Of(part.Media, answer.Content.Headers.ContentType?.MediaType, part.MediaType.IsPresent ? part.MediaType.ToText() : null, buffer.AsSpan(0, length));
            if (type is null) return Failed(text, $"it is not {MediaTypes.Accept(part.Media)}");
            var encoded = Base64.GetMaxEncodedToUtf8Length(length);
            if (!body.TryReserve(encoded)) return RequestBodyReader.NoRoom();
            var base64 = new byte[encoded];
            Base64.EncodeToUtf8(buffer.AsSpan(0, length), base64, out _, out _);
            part.Inline(new JsonString(base64), JsonString.From(type));
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            body.Unreserve(reserved);
        }
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(bigger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = bigger;
    }

    private static string TooLarge(MediaConfig config) => $"it is larger than {config.MaxBytes} bytes (egress.media.maxBytes)";

    private static GatewayError Failed(string address, string reason)
    {
        // Without the query, which often is a signature.
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var shown = query < 0 ? address : address[..query];
        return Bad($"'{(shown.Length > 200 ? shown[..200] + "…" : shown)}' could not be fetched for this model, which takes only the data itself: {reason}. Send it as base64, or correct the address.");
    }

    private static GatewayError Bad(string message) => new(GatewayErrorKind.BadRequest, message) { Code = "invalid_media_url" };
}
