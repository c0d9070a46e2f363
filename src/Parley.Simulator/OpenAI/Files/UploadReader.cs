using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Parley.Simulator;

/// <summary>Reads a multipart upload while it arrives: all of it is counted and hashed, the file's beginning is kept.</summary>
internal static class UploadReader
{
    /// <summary>How much of a file is kept.</summary>
    public const int KeptBytes = 1024 * 1024;

    private const int BufferBytes = 64 * 1024;
    private const int MostFieldBytes = 1024;

    private static readonly Refusal Malformed = new(400, "Could not parse multipart form.");

    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task<Upload> ReadAsync(HttpRequest request, Stream body, CancellationToken cancellationToken)
    {
        var upload = new Upload();
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != "multipart/form-data")
        {
            upload.Problem = new Refusal(400, $"Invalid Content-Type header ({request.ContentType}), expected multipart/form-data. (HINT: If you're using "
                + "curl, you can pass -H 'Content-Type: multipart/form-data')");
        }
        else if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            upload.Problem = Malformed;
        }
        else
        {
            await ReadPartsAsync(new MultipartReader(boundary, body), upload, cancellationToken).ConfigureAwait(false);
        }
        // An answer that overtakes the body would break the connection of a client that is still sending.
        await body.CopyToAsync(Stream.Null, BufferBytes, cancellationToken).ConfigureAwait(false);
        return upload;
    }

    private static async Task ReadPartsAsync(MultipartReader parts, Upload upload, CancellationToken cancellationToken)
    {
        try
        {
            while (await parts.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
                    upload.Problem = Malformed;
                else if (HeaderUtilities.RemoveQuotes(disposition.Name) == "file")
                    await ReadFileAsync(part.Body, disposition, upload, cancellationToken).ConfigureAwait(false);
                else if (HeaderUtilities.RemoveQuotes(disposition.Name) == "purpose")
                    upload.Purpose = await ReadFieldAsync(part.Body, cancellationToken).ConfigureAwait(false);
            }
        }
        // A body that ends before its last boundary: an InvalidDataException or an IOException, as the end falls.
        catch (Exception exception) when (exception is InvalidDataException or IOException && !cancellationToken.IsCancellationRequested)
        {
            upload.Problem = Malformed;
        }
    }

    private static async Task ReadFileAsync(Stream body, ContentDispositionHeaderValue disposition, Upload upload, CancellationToken cancellationToken)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                kept.Write(buffer, 0, (int)Math.Min(read, KeptBytes - kept.Length));
                upload.Length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        (upload.FileName, upload.Kept, upload.Sha256) = (name.ToString(), kept.ToArray(), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<string> ReadFieldAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostFieldBytes];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
