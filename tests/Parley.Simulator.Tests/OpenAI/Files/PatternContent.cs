using System.Net;

namespace Parley.Simulator.Tests.OpenAI.Files;

/// <summary>A body of a given length that is made while it is sent; it waits where it is told to.</summary>
internal sealed class PatternContent(long length, Func<long, Task>? sent = null) : HttpContent
{
    private static readonly byte[] Block = [.. Enumerable.Range(0, 64 * 1024).Select(i => (byte)i)];

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (long done = 0; done < length;)
        {
            var size = (int)Math.Min(Block.Length, length - done);
            await stream.WriteAsync(Block.AsMemory(0, size));
            done += size;
            if (sent is not null)
            {
                await stream.FlushAsync();
                await sent(done);
            }
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
