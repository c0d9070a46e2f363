using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>
/// AWS Signature Version 4, for a POST of JSON and for whatever a raw call is:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Pure.
/// </summary>
internal static class SigV4Signer
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The content type that is signed, hence must be sent.</summary>
    internal const string ContentType = "application/json";

    internal static SigV4Signature Sign(Uri address, ReadOnlySpan<byte> body, AwsCredential credential, string region, string service, DateTimeOffset now) =>
        Sign("POST", address, body, ContentType, credential, region, service, now);

    /// <param name="method">The method.</param>
    /// <param name="address">The address, final.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="contentType">The content type as it is sent; null when none is.</param>
    /// <param name="credential">Who signs.</param>
    /// <param name="region">The region of the endpoint.</param>
    /// <param name="service">The name that the service is signed for.</param>
    /// <param name="now">The time of the call.</param>
    internal static SigV4Signature Sign(
        string method, Uri address, ReadOnlySpan<byte> body, string? contentType, AwsCredential credential, string region, string service, DateTimeOffset now)
    {
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = date[..8];
        var bodyHash = Hex(SHA256.HashData(body));
        var token = credential.SessionToken?.Reveal();
        var names = (contentType is null ? "" : "content-type;") + "host;x-amz-content-sha256;x-amz-date" + (token is null ? "" : ";x-amz-security-token");
        var request = $"{method}\n{Path(address)}\n{Query(address)}\n{(contentType is null ? "" : $"content-type:{contentType.Trim()}\n")}host:{address.Authority}\nx-amz-content-sha256:{bodyHash}\nx-amz-date:{date}\n"
            + (token is null ? "" : $"x-amz-security-token:{token}\n")
            + $"\n{names}\n{bodyHash}";
        var scope = $"{day}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";

        var key = Encoding.UTF8.GetBytes("AWS4" + credential.SecretAccessKey.Reveal());
        foreach (var step in (string[])[day, region, service, "aws4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return new($"{Algorithm} Credential={credential.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}", date, bodyHash);
    }

    // Each segment of the path as it is on the wire is escaped once more (every service but S3): v2%3A0 is signed as v2%253A0.
    private static string Path(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    // Sorted by name, then by value, in their escaped forms; a name without a value has an empty one.
    private static string Query(Uri address)
    {
        if (address.Query.Length < 2) return "";
        return string.Join('&', address.Query[1..].Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static pair => pair.Split('=', 2))
            .Select(static pair => (Name: Escape(pair[0]), Value: pair.Length > 1 ? Escape(pair[1]) : ""))
            .OrderBy(static pair => pair.Name, StringComparer.Ordinal).ThenBy(static pair => pair.Value, StringComparer.Ordinal)
            .Select(static pair => $"{pair.Name}={pair.Value}"));
    }

    private static string Escape(string written) => Uri.EscapeDataString(Uri.UnescapeDataString(written));

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
