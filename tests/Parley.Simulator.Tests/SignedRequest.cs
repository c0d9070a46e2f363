using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Simulator.Tests;

/// <summary>Signs a request as an AWS client does, by its own code: what the simulator checks must not check itself.</summary>
internal static class SignedRequest
{
    public static HttpRequestMessage Post(string path, string body, string secret = "secret", DateTimeOffset? at = null, string access = "AKIASIMULATED")
    {
        var stamp = (at ?? TimeProvider.System.GetUtcNow()).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{stamp[..8]}/us-east-1/bedrock/aws4_request";
        var canonical = $"POST\n{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}\n\ncontent-type:application/json\nhost:simulator\nx-amz-date:{stamp}\n\n"
            + $"content-type;host;x-amz-date\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}";
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        var request = SimulatorClient.Post(path, body, ("x-amz-date", stamp),
            ("Authorization", $"AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"));
        request.Headers.Host = "simulator";
        return request;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
