using System.Net;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>A body that a test makes piece by piece, as it is sent; without a declared length it goes in chunks.</summary>
internal sealed class PieceContent(Func<Func<ReadOnlyMemory<byte>, ValueTask>, CancellationToken, Task> make, long? length = null) : HttpContent
{
    private long _sent;

    /// <summary>Bytes that were handed to the connection so far.</summary>
    internal long Sent => Volatile.Read(ref _sent);

    /// <summary>So many bytes of nothing, in blocks.</summary>
    internal static PieceContent Of(long bytes, bool declared = true) => new(
        async (send, _) =>
        {
            var block = new byte[256 * 1024];
            for (var left = bytes; left > 0; left -= block.Length) await send(block.AsMemory(0, (int)Math.Min(left, block.Length)));
        },
        declared ? bytes : null);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => make(
        async piece =>
        {
            await stream.WriteAsync(piece, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Interlocked.Add(ref _sent, piece.Length);
        },
        cancellationToken);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }
}
