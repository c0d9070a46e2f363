using System.Text;
using Microsoft.AspNetCore.Http;

namespace Parley.Simulator.Tests.OpenAI.Files;

public sealed class UploadReaderTests
{
    private const string Beginning = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    private const string End = "\r\n--b--\r\n";

    [Fact]
    public async Task File_OfManyMegabytes_IsReadInAFewOfThem()
    {
        const long Size = 256L * 1024 * 1024;
        var context = new DefaultHttpContext { Request = { ContentType = "multipart/form-data; boundary=b" } };
        await using var body = new FormStream(Size);
        await using var watched = new WatchedBody(body, 1024, static _ => { });
        // Every read of this body ends at once, so that all of it happens on this thread and its allocations are all there are.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = UploadReader.ReadAsync(context.Request, watched, CancellationToken.None);
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024);
        var upload = await reading;
        Assert.Equal((Size, UploadReader.KeptBytes, "x", "batch"), (upload.Length, upload.Kept.Length, upload.FileName, upload.Purpose));
        Assert.Equal((1024, true), (watched.Head.Length, watched.IsLonger));
    }

    /// <summary>A form with one long file of one letter.</summary>
    private sealed class FormStream(long size) : MemoryStream
    {
        private readonly byte[] beginning = Encoding.ASCII.GetBytes(Beginning);
        private readonly byte[] end = Encoding.ASCII.GetBytes(End);
        private long at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var file = at - beginning.Length;
            int read;
            if (file < 0)
            {
                read = Copy(beginning.AsSpan((int)at), buffer.Span);
            }
            else if (file < size)
            {
                read = (int)Math.Min(buffer.Length, size - file);
                buffer.Span[..read].Fill((byte)'x');
            }
            else
            {
                read = Copy(end.AsSpan((int)(file - size)), buffer.Span);
            }
            at += read;
            return ValueTask.FromResult(read);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
        {
            var count = Math.Min(from.Length, to.Length);
            from[..count].CopyTo(to);
            return count;
        }
    }
}
