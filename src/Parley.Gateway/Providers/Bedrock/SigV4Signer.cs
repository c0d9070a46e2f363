using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>
/// AWS Signature Version 4 for a POST of JSON without a query:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Pure.
/// </summary>
internal static class SigV4Signer
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The content type that is signed, hence must be sent.</summary>
    internal const string ContentType = "application/json";

    internal static SigV4Signature Sign(
        Uri address, ReadOnlySpan<byte> body, AwsCredential credential, string region, string service, DateTimeOffset now)
    {
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = date[..8];
        var bodyHash = Hex(SHA256.HashData(body));
        var token = credential.SessionToken?.Reveal();
        var names = "content-type;host;x-amz-content-sha256;x-amz-date" + (token is null ? "" : ";x-amz-security-token");
        var request = $"POST\n{Path(address)}\n\ncontent-type:{ContentType}\nhost:{address.Authority}\nx-amz-content-sha256:{bodyHash}\nx-amz-date:{date}\n"
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

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
