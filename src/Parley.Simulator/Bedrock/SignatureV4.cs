using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Simulator;

/// <summary>
/// Computes the signature of a received request again, as AWS does: over method, escaped path, sorted query, the signed headers and the hash of the
/// body (docs.aws.amazon.com, "Create a signed AWS API request").
/// </summary>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    // AWS takes a signature five minutes around its time.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private static BedrockRefusal Mismatch { get; } = new(403, "InvalidSignatureException", "The request signature we calculated does not match the signature "
        + "you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    public static BedrockRefusal? Check(SimulatedCall call)
    {
        var authorization = call.Header("Authorization");
        if (string.IsNullOrEmpty(authorization))
            return new BedrockRefusal(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
        var parts = Parts(authorization);
        if (!authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal)
            || parts.GetValueOrDefault("Credential")?.Split('/') is not [var access, var date, var region, var service, "aws4_request"]
            || parts.GetValueOrDefault("SignedHeaders") is not { } names || parts.GetValueOrDefault("Signature") is not { } given)
        {
            return new BedrockRefusal(403, "IncompleteSignatureException", "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.");
        }
        if (access != call.Options.AwsAccessKeyId)
            return new BedrockRefusal(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
        var stamp = call.Header("x-amz-date") ?? "";
        if (!DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || !stamp.StartsWith(date, StringComparison.Ordinal))
            return new BedrockRefusal(403, "IncompleteSignatureException", $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{stamp}'.");
        var now = call.Options.TimeProvider.GetUtcNow();
        if ((now - at).Duration() > Skew)
            return new BedrockRefusal(403, "InvalidSignatureException", $"Signature expired: {stamp} is now earlier than {now - Skew:yyyyMMdd'T'HHmmss'Z'} ({now:yyyyMMdd'T'HHmmss'Z'} - 5 min.)");

        // Host must be among what is signed, and the scope must name the service.
        var signed = names.Split(';');
        if (!signed.Contains("host") || service != "bedrock")
            return Mismatch;
        var (path, query) = Split(call.RawTarget);
        var canonical = Canonical(call.Method, path, query, [.. signed.Select(name => (name, call.Header(name) ?? ""))], Hash(call.Bytes.Span));
        var expected = Sign(call.Options.AwsSecretAccessKey, stamp, date, region, service, canonical);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(given)) ? null : Mismatch;
    }

    /// <summary>The request in the one form that is signed. Outside S3 the path, escaped as it is sent, is escaped once more.</summary>
    internal static string Canonical(string method, string rawPath, string rawQuery, (string Name, string Value)[] headers, string bodyHash)
    {
        var text = new StringBuilder().Append(method).Append('\n');
        text.AppendJoin('/', rawPath.Split('/').Select(Uri.EscapeDataString)).Append('\n');
        text.AppendJoin('&', rawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair).Order(StringComparer.Ordinal)).Append('\n');
        foreach (var (name, value) in headers)
            text.Append(name).Append(':').Append(string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Append('\n');
        return text.Append('\n').AppendJoin(';', headers.Select(h => h.Name)).Append('\n').Append(bodyHash).ToString();
    }

    internal static string Sign(string secret, string stamp, string date, string region, string service, string canonical)
    {
        var text = $"{Algorithm}\n{stamp}\n{date}/{region}/{service}/aws4_request\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var step in (string[])[date, region, service, "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    internal static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Pair(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
        return $"{Uri.EscapeDataString(Uri.UnescapeDataString(name))}={Uri.EscapeDataString(Uri.UnescapeDataString(value))}";
    }

    private static (string Path, string Query) Split(string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
    }

    private static Dictionary<string, string> Parts(string authorization)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var from = authorization.IndexOf(' ', StringComparison.Ordinal) + 1;
        foreach (var part in authorization[from..].Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                parts[part[..equals]] = part[(equals + 1)..];
        }
        return parts;
    }
}
