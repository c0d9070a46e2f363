using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>
/// Signs calls to Bedrock's runtime. The address must be final: model ids stand in it escaped
/// (<c>/model/{Uri.EscapeDataString(id)}/converse</c>), and what is signed is what is sent.
/// </summary>
internal sealed class BedrockSigner(ProviderConfig config, AwsCredentialSource credentials, TimeProvider time)
{
    /// <summary>The name by which Bedrock's runtime is signed for (its endpoint's name is another one).</summary>
    private const string Service = "bedrock";

    /// <summary>Adds the headers, or says why it cannot. Signs with the time of the call: AWS refuses a signature that is five minutes old.</summary>
    internal async ValueTask<GatewayError?> SignAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var (credential, error) = await credentials.GetAsync(cancellation);
        if (credential is null) return error;
        var signature = request.Passed is { } passed
            ? SigV4Signer.Sign(passed.Method.Method, request.Address, request.Body.Span, passed.HasBody ? passed.ContentType : null, credential, config.Region!, Service, time.GetUtcNow())
            : SigV4Signer.Sign(request.Address, request.Body.Span, credential, config.Region!, Service, time.GetUtcNow());
        request.AddHeader("x-amz-date", signature.Date);
        request.AddHeader("x-amz-content-sha256", signature.BodyHash);
        if (credential.SessionToken is { } token) request.AddHeader("x-amz-security-token", token.Reveal());
        request.AddHeader("Authorization", signature.Authorization);
        return null;
    }
}
